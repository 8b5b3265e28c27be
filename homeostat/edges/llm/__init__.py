"""Language models behind OpenAI-compatible endpoints, and recordings of what they said."""

from homeostat.edges.llm.client import OpenAIModel
from homeostat.edges.llm.faults import Breaker
from homeostat.edges.llm.recording import Player, Recorder, Reel

__all__ = ["Breaker", "OpenAIModel", "Player", "Recorder", "Reel"]
