// SPDX-License-Identifier: LGPL-2.1-only
/* text - text -> layers */
#include <errno.h>

#include "proto.h"

static int no_protocol(struct packet_parser *p)
{
	struct span word = packet_peek_any(p);

	if (packet_peek_name(p).length)
		packet_wrong("unknown protocol \"%.*s\"", packet_shown(word),
			     word.at);
	else if (*word.at == '\'')
		return packet_wrong("text is expected in double quotes");
	else
		packet_wrong("expected a protocol or \"text\"");
	return packet_advise_protocol(-EINVAL, word);
}

static int scan_padding(struct packet_parser *p, struct xdplab_packet *packet)
{
	packet->end = packet->bytes.length;
	if (!packet_take(p, '('))
		return packet_wrong("expected \"(\" and bytes");
	packet_skip_blanks(p);
	return 0;
}

static int scan_header(struct packet_parser *p, struct xdplab_packet *packet)
{
	struct span word = packet_peek_name(p);
	struct packet_header header = {
		.protocol = packet_protocol_named(word),
		.options.masked = p->pattern,
	};
	int err;

	if (!header.protocol)
		return no_protocol(p);
	p->at += word.length;
	err = packet_header_scan(p, &header);
	if (!err)
		err = packet_header_add(p, packet, &header);
	packet_bytes_free(&header.options);
	return err;
}

static int scan_payload(struct packet_parser *p, struct xdplab_packet *packet)
{
	size_t offset = packet->bytes.length;
	bool padding = packet_is_named(packet_peek_name(p), "padding", NULL);
	struct packet_layer *layer;
	int err;

	if (padding) {
		p->at += strlen("padding");
		err = scan_padding(p, packet);
		if (err)
			return err;
	}
	err = packet_payload_scan(p, &packet->bytes);
	if (err == -ENOENT && padding)
		return packet_wrong("expected bytes, such as bytes(18)");
	if (err)
		return err;
	if (padding && !packet_take(p, ')'))
		return packet_wrong("expected \")\"");
	layer = packet_layer_add(
		packet, padding ? PACKET_PADDING : PACKET_PAYLOAD, offset);
	if (!layer)
		return -ENOMEM;
	layer->size = packet->bytes.length - offset;
	return 0;
}

/* `_` or `...`: any bytes may follow. */
static size_t open_length(const struct packet_parser *p)
{
	if (!strncmp(p->at, "...", 3))
		return 3;
	return packet_is_named(packet_peek_name(p), "_", NULL) ? 1 : 0;
}

static int scan_open(struct packet_parser *p, struct xdplab_packet *packet)
{
	if (!p->pattern)
		return packet_wrong("`_` is only valid in expected packets; "
				    "use rand(8) for random bytes");
	p->at += open_length(p);
	packet->open = true;
	return 0;
}

static int scan_layer(struct packet_parser *p, struct xdplab_packet *packet)
{
	int err;

	packet_skip_blanks(p);
	if (packet->open)
		return packet_wrong("unexpected layer after `_`, which matches "
				    "all the rest");
	if (packet->end != SIZE_MAX)
		return packet_wrong("unexpected layer after padding");
	if (open_length(p))
		return scan_open(p, packet);
	err = scan_payload(p, packet);
	return err == -ENOENT ? scan_header(p, packet) : err;
}

static int scan_layers(struct packet_parser *p, struct xdplab_packet *packet)
{
	/* Bytes there are even of a packet that has none. */
	int err = packet_bytes_add(&packet->bytes, NULL, NULL, 0);

	packet->end = SIZE_MAX;
	do
		err = err ?: scan_layer(p, packet);
	while (!err && packet_take(p, '/'));
	if (packet->end == SIZE_MAX)
		packet->end = packet->bytes.length;
	return err;
}

static int scan_packet(struct packet_parser *p, struct xdplab_packet *packet,
		       bool to_end)
{
	int err = scan_layers(p, packet);

	if (err)
		return err;
	if (to_end) {
		packet_skip_blanks(p);
		if (*p->at)
			return packet_wrong("expected \"/\" and another layer, "
					    "or the end");
	}
	packet_find_fragments(packet);
	packet_complete(packet);
	if (p->pattern)
		packet_find_unsure(packet);
	packet_find_given(packet);
	return 0;
}

int xdplab_packet_parse(struct xdplab_packet **out, const char *text,
			const char **end, const struct xdplab_packet_opts *opts)
{
	struct packet_parser p = {
		.at = text,
		.pattern = OPT(opts, pattern),
		.chance = OPT(opts, seed),
	};
	struct xdplab_packet *packet;
	int err = OPTS_DEFECT(opts) ?: packet_new(&packet);

	if (err)
		return err;
	packet->bytes.masked = p.pattern;
	err = scan_packet(&p, packet, !end);
	if (end)
		*end = p.at;
	if (err) {
		xdplab_packet_free(packet);
		return err;
	}
	*out = packet;
	return 0;
}
