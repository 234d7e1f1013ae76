# Expects one VLAN tag, and no other behind it.
# Caught by: a second tag is skipped, too
s/MAX_TAGS 2/MAX_TAGS 1/
