"""`python -m tcpmodel` is the program `tcpmodel`."""

from tcpmodel.cli.main import entry

entry()
