# Reads an ICMP header from fragments that do not have one.
# Caught by: what looks like a request in a later fragment passes
s/ || ip->frag_off .*))/)/
