# Handles only one VLAN tag.
# Caught by: a second tag is skipped, too
s/MAX_TAGS 2/MAX_TAGS 1/
