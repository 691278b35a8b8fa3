"""Messages: keys with slots, said in a language where they are rendered, and the sentences of every language."""

from firmtrade.messages.catalogue import DEFAULT_LANGUAGE, LANGUAGES, has, sentences
from firmtrade.messages.causes import by_cause
from firmtrade.messages.data import MessageField, from_data, message_from_data, readable, to_data
from firmtrade.messages.language import Amount, Join, Language, LookUp, language_of
from firmtrade.messages.message import Listing, Message, Slot, message, replaced, slots_of
from firmtrade.messages.numbers import P_VALUE, YEAR, plain, printed, smallest, unprintable
from firmtrade.messages.slots import (
    HIDDEN,
    NOTHING,
    Code,
    Count,
    Day,
    Firms,
    Money,
    Number,
    Percent,
    PValue,
    Statement,
    Year,
    Years,
)
from firmtrade.messages.text import Text
from firmtrade.messages.units import unit

__all__ = [
    "DEFAULT_LANGUAGE",
    "HIDDEN",
    "LANGUAGES",
    "NOTHING",
    "P_VALUE",
    "YEAR",
    "Amount",
    "Code",
    "Count",
    "Day",
    "Firms",
    "Join",
    "Language",
    "Listing",
    "LookUp",
    "Message",
    "MessageField",
    "Money",
    "Number",
    "PValue",
    "Percent",
    "Slot",
    "Statement",
    "Text",
    "Year",
    "Years",
    "by_cause",
    "from_data",
    "has",
    "language_of",
    "message",
    "message_from_data",
    "plain",
    "printed",
    "readable",
    "replaced",
    "sentences",
    "slots_of",
    "smallest",
    "to_data",
    "unit",
    "unprintable",
]
