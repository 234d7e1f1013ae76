# Removes the tag, but keeps its EtherType.
# Caught by: a tag is taken off
/eth.h_proto = old->tag.proto/d
