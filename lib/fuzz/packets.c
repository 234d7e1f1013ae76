// SPDX-License-Identifier: LGPL-2.1-only
/* packets - copies of packets, whose memory is used again and again */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

int fuzz_copy(struct xdplab_packet *to, const struct xdplab_packet *from)
{
	to->bytes.length = 0;
	to->nr_layers = 0;
	to->end = from->end;
	while (to->nr_layers < from->nr_layers)
		if (!packet_layer_add(to, PACKET_PAYLOAD, 0))
			return -ENOMEM;
	memcpy(to->layers, from->layers,
	       from->nr_layers * sizeof(*from->layers));
	return packet_bytes_add(&to->bytes, from->bytes.at, NULL,
				from->bytes.length);
}

int fuzz_packets_add(struct fuzz_packets *packets,
		     const struct xdplab_packet *packet)
{
	if (packets->nr == packets->room) {
		size_t room = packets->room * 2 ?: 64;
		struct xdplab_packet *at =
			reallocarray(packets->at, room, sizeof(*at));

		if (!at)
			return fail(-ENOMEM, "fuzz: out of memory");
		memset(at + packets->room, 0,
		       (room - packets->room) * sizeof(*at));
		packets->at = at;
		packets->room = room;
	}
	return fuzz_copy(&packets->at[packets->nr++], packet);
}

/* They go after the others, with their memory. */
void fuzz_packets_remove(struct fuzz_packets *packets, size_t at, size_t nr)
{
	for (size_t i = at; i + nr < packets->nr; i++) {
		struct xdplab_packet packet = packets->at[i];

		packets->at[i] = packets->at[i + nr];
		packets->at[i + nr] = packet;
	}
	packets->nr -= nr;
}

void fuzz_packets_free(struct fuzz_packets *packets)
{
	for (size_t i = 0; i < packets->room; i++) {
		packet_bytes_free(&packets->at[i].bytes);
		free(packets->at[i].layers);
	}
	free(packets->at);
}
