# Takes every IPv4 header to be 20 bytes long.
# Caught by: IP options are skipped
/at->pos += ip->ihl/d
