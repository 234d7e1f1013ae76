// SPDX-License-Identifier: LGPL-2.1-only
/* sending - the packets of a send, given to the program one by one */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <linux/if_ether.h>

#include "packet/pcap.h"
#include "prog/run.h"
#include "run.h"

int test_sending_begin(struct test_sending *sending,
		       const struct test_send *send,
		       const struct test_context *context)
{
	*sending = (struct test_sending){ .send = send,
					  .context = context,
					  .length = send->from };
	if (!send->packet)
		return pcap_in_open(&sending->pcap, send->pcap, send->filter);
	sending->bytes = xdplab_packet_bytes(send->packet, &sending->whole);
	if (!send->from && !send->to)
		sending->length = sending->whole;
	return 0;
}

void test_sending_end(struct test_sending *sending)
{
	if (sending->pcap)
		pcap_in_close(sending->pcap);
	sending->pcap = NULL;
}

/* ---- the next one ---- */

/* Of no packet everything would be true. */
static int none_in_file(const struct test_send *send)
{
	return fail(-ENODATA, "%s: no packets%s%s%s", send->pcap,
		    send->filter ? " match the filter \"" : "",
		    send->filter ?: "", send->filter ? "\"" : "");
}

static int next_of_file(struct test_sending *sending)
{
	int more;

	if (sending->send->first && sending->nr == sending->send->first)
		return 0;
	more = pcap_in_next(sending->pcap, &sending->bytes, &sending->length);
	if (!more && !sending->nr)
		return none_in_file(sending->send);
	if (more <= 0 || sending->length <= PACKET_LENGTH_MAX)
		return more;
	return fail(-EMSGSIZE, "%s: a frame of %zu bytes is too long",
		    sending->send->pcap, sending->length);
}

static int next_length(struct test_sending *sending)
{
	size_t last = sending->send->to;

	if (last > sending->whole || !last)
		last = sending->whole;
	if (sending->nr)
		sending->length++;
	return sending->length <= last;
}

void test_put_tag(uint8_t *to, const struct test_context *context)
{
	const uint16_t tag[] = { htons(ETH_P_8021Q), htons(context->vlan) };

	memcpy(to, tag, sizeof(tag));
}

/* The tag comes after the addresses. */
static size_t put_frame(uint8_t *to, const struct test_sending *sending)
{
	const struct test_context *context = sending->context;
	size_t length = sending->length, macs = length;
	uint8_t *at = to;

	if (context->has_vlan && macs > TEST_TAG_AT)
		macs = TEST_TAG_AT;
	memcpy(at, sending->bytes, macs);
	at += macs;
	if (context->has_vlan) {
		test_put_tag(at, context);
		at += TEST_TAG_LENGTH;
	}
	memcpy(at, sending->bytes + macs, length - macs);
	at += length - macs;
	if (length < sending->send->padded) {
		memset(at, 0, sending->send->padded - length);
		at += sending->send->padded - length;
	}
	return at - to;
}

/* ---- through the program ---- */

static int run_refused(int err, const struct test_context *context,
		       const struct test_io *io)
{
	if (err != -EINVAL || !context->meta_length)
		return run_failed(err, io->sent_length);
	fail(err, "test run: the kernel rejects metadata of %zu bytes",
	     context->meta_length);
	return advise(err, "the size must be a multiple of 4, and at most 32 "
			   "before Linux 6.8");
}

/* A driver would not let the program see it; BPF_PROG_TEST_RUN does. */
static int in_several_buffers(const struct test_io *io)
{
	fail(-EMSGSIZE,
	     "a packet of %zu bytes needs multi-buffer support, which the "
	     "program lacks",
	     io->sent_length);
	return advise(-EMSGSIZE, "use SEC(\"xdp.frags\")");
}

int test_sending_next(struct test_sending *sending, struct test_run *run,
		      struct test_io *io)
{
	const struct test_context *context = sending->context;
	struct xdp_md in = { .data = context->meta_length,
			     .ingress_ifindex = context->ifindex,
			     .rx_queue_index = context->queue };
	struct xdp_md out;
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = run->in,
		    .data_out = run->out, .data_size_out = sizeof(run->out),
		    .ctx_in = &in, .ctx_size_in = sizeof(in), .ctx_out = &out,
		    .ctx_size_out = sizeof(out), .repeat = 1);
	int err = sending->pcap ? next_of_file(sending) : next_length(sending);

	if (err <= 0)
		return err;
	sending->nr++;
	io->frame = sending->bytes;
	io->frame_length = sending->length;
	memcpy(run->in, context->meta, context->meta_length);
	io->sent = run->in + context->meta_length;
	io->sent_length = put_frame(run->in + context->meta_length, sending);
	opts.data_size_in = context->meta_length + io->sent_length;
	in.data_end = opts.data_size_in;
	test_built_next(run->now);
	err = bpf_prog_test_run_opts(run->now->prog.prog_fd, &opts);
	if (err)
		return run_refused(err, context, io);
	if (out.data_end < opts.data_size_out && !run->has_frags)
		return in_several_buffers(io);
	io->verdict = opts.retval;
	io->meta = run->out;
	io->meta_length = out.data;
	io->got = run->out + out.data;
	io->got_length = opts.data_size_out - out.data;
	return 1;
}
