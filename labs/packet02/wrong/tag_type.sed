# Takes the tag off and says that it is still there.
# Caught by: a tag is taken off
/eth.h_proto = old->tag.proto/d
