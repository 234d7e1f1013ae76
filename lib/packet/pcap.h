/* SPDX-License-Identifier: LGPL-2.1-only */
/* pcap.h - files of packets, pcap and pcapng, by libpcap */
#ifndef PCAP_H
#define PCAP_H

#include <stddef.h>
#include <stdint.h>

struct pcap_in;
struct pcap_out;

/* Opens a file of Ethernet frames, of which those pass that fit `filter`, in
 * tcpdump's syntax, if that is not NULL.  -ENOENT; -EINVAL: no capture file, a
 * damaged one, or not of Ethernet; or the filter is none.  -ENOPKG: without
 * libpcap neither this nor pcap_out_open() can be done. */
int pcap_in_open(struct pcap_in **out, const char *path, const char *filter);
/* The next frame, which is valid until the one after it; 1, 0 at the end, or
 * -EINVAL for a truncated file or a frame that was cut when it was captured. */
int pcap_in_next(struct pcap_in *in, const uint8_t **bytes, size_t *length);
void pcap_in_close(struct pcap_in *in);

/* Makes a pcap file, in place of another only if that is a plain file. */
int pcap_out_open(struct pcap_out **out, const char *path);
/* Appends a frame, with the time by now. */
int pcap_out_add(struct pcap_out *out, const void *bytes, size_t length);
/* Writes what is still in memory. */
int pcap_out_flush(struct pcap_out *out);
/* Ends the file; says whether all of it was written, -ENOSPC ... */
int pcap_out_close(struct pcap_out *out);

#endif
