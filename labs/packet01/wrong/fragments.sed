# Reads a header in fragments that have none.
# Caught by: what looks like a request in a later fragment passes
s/ || ip->frag_off .*))/)/
