"""Sources to text: every form in which a speech arrives, one module a format.

``discover`` finds the files, ``read`` makes a ``Reading`` of each, ``given_beside`` tells what the
user's ``metadata.csv`` says of one. What the text is about, and where its speeches begin, is not
known here.
"""

from rag.readers.beside import given_beside
from rag.readers.discovery import Discovery, discover
from rag.readers.isolation import Worker
from rag.readers.reading import read

__all__ = ["Discovery", "Worker", "discover", "given_beside", "read"]
