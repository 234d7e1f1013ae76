# Sends out of the right interface, but keeps the packet's MACs.
# Caught by: what is further away goes to the next router
/set_mac(eth->h_dest, fib->dmac)/d
