# Gives a checksum to UDP packets that have none.
# Caught by: UDP without a checksum stays without
s/if (udp->check)$/if (true)/
