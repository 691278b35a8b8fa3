"""The definitions once more, in plain Python over lists of dictionaries: slow, obvious, and the judge.

Nothing here is shared with the program but the study and the classifications. A firm is a dictionary; a
missing value is None. Every cell comes with what stands behind it: for each component, the amount of each firm
beside the unit (group or firm) that a disclosure rule would protect.
"""
