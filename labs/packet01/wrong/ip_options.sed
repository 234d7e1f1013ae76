# Assumes that every IPv4 header has 20 bytes.
# Caught by: IP options are skipped
/at->pos += ip->ihl/d
