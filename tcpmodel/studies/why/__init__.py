"""Why does TCP have it?  Each question is answered by taking it away and showing the shortest run that breaks."""

from tcpmodel.studies.why.answering import Answer, answer
from tcpmodel.studies.why.catalogue import LANGUAGES, Catalogue, catalogue, language
from tcpmodel.studies.why.topics import TOPICS, Topic, topic

__all__ = ["LANGUAGES", "TOPICS", "Answer", "Catalogue", "Topic", "answer", "catalogue", "language", "topic"]
