# Sends out of the right interface, to the MAC that the packet came with.
# Caught by: what is further away goes to the next router
/set_mac(eth->h_dest, fib->dmac)/d
