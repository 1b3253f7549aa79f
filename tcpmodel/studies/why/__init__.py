"""Answers to "why does TCP have it?", by ablation: without the mechanism, the shortest run that breaks a promise."""

from tcpmodel.studies.why.answering import Answer, answer
from tcpmodel.studies.why.catalogue import LANGUAGES, Catalogue, catalogue, language
from tcpmodel.studies.why.topics import TOPICS, Topic, topic

__all__ = ["LANGUAGES", "TOPICS", "Answer", "Catalogue", "Topic", "answer", "catalogue", "language", "topic"]
