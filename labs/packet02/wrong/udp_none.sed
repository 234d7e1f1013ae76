# Adds a checksum to UDP packets without one.
# Caught by: UDP without a checksum stays without
s/if (udp->check)$/if (true)/
