"""Small drawn studies with the firms behind them, and every population of whole firms that fits what is printed.

The firms of a universe are drawn as kinds: classes of all dimensions that its tables ask about. What is printed follows
from them by the formulas alone, without an engine. The reader of a protected study writes down every population of
whole firms, with whole numbers of employment and value added, and keeps those that give every number that is shown.
Nothing of the room that protects is used.

Every reader knows: what the study defines; that a row which is printed only where it is not empty has a firm, and one
that is not printed has none; and that a number of firms which is confidential by itself is not zero, and where that is
true, is below the number of units that the profile asks for.
"""
