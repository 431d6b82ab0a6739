"""The demo: seven real communities with their published facts and invented people.

Nobody in it exists. Identity numbers use the county part 99, telephones begin with 154: neither is given out in China.
The data stand in `communities/` (one file each) and `texts/` (by subject); the other files turn them into rows.
"""
