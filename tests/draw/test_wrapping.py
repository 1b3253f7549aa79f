"""Lines as wide as a terminal shows them."""

from tcpmodel.draw.wrapping import centred, columns, filled


def test_a_wide_character_takes_two_columns():
    assert columns("SYN 握手。") == 10


def test_english_breaks_at_blanks():
    assert filled("two segments are not enough", 12) == "two segments\nare not\nenough"


def test_chinese_breaks_between_characters():
    assert filled("三次握手与半关闭", 8) == "三次握手\n与半关闭"


def test_no_line_begins_with_closing_punctuation_or_ends_with_opening():
    text = "监听端（listener）收到，然后回应。"
    for width in range(8, 24):
        lines = filled(text, width).splitlines()
        assert not any(line[0] in "，。）" for line in lines)
        assert not any(line[-1] in "（" for line in lines)


def test_a_word_of_letters_stays_whole():
    assert "SYN-RECEIVED" in filled("停留在 SYN-RECEIVED 之中", 14).splitlines()


def test_nothing_is_lost():
    text = "因为 SYN,ACK 带有序列号，只有确实存在的一端才会确认它（RFC 9293 3.5）。"
    assert "".join(filled(text, 20).split()) == "".join(text.split())


def test_text_stands_in_the_middle_of_its_fill():
    assert centred(" 分开 ", 12, fill="-") == "--- 分开 ---"
    assert columns(centred(" 分开 ", 13, fill="-")) == 13
