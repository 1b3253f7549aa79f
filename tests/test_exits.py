"""How the program ends is what scripts rely on: the codes, their words, and which is said where several apply."""

from tcpmodel.exits import Exit, worst


def test_the_codes_and_their_words_are_the_promised_ones_and_the_first_of_them_is_said():
    assert [code.line for code in Exit] == [
        "EXIT 255 internal",
        "EXIT 150 unreadable",
        "EXIT 151 configuration",
        "EXIT 2 usage",
        "EXIT 12 safety",
        "EXIT 11 deadlock",
        "EXIT 13 liveness",
        "EXIT 15 rejected",
        "EXIT 16 vacuous",
        "EXIT 10 self-check",
        "EXIT 152 limit",
        "EXIT 20 inconclusive",
        "EXIT 0 ok",
    ]
    assert worst(reversed(Exit)) is Exit.INTERNAL
    assert worst([]) is Exit.OK
