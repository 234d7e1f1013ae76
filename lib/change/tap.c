// SPDX-License-Identifier: LGPL-2.1-only
/* tap - tells of each packet that passes what runs on an interface */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "change.h"
#include "net/attach.h"

#define PAGES 512 /* of each CPU's buffer */

/* The packet of a CPU that has come and not left yet. */
struct coming {
	bool there;
	uint8_t *bytes;
	size_t length, room;
};

struct xdplab_tap {
	char ifname[IF_NAMESIZE];
	uint32_t prog_id; /* of the tap itself */
	int events_fd;
	struct perf_buffer *events;
	struct coming *coming; /* of each CPU */
	int nr_cpus;
	uint64_t lost;

	/* Of the read under way. */
	int (*fn)(const struct xdplab_tapped *tapped, void *arg);
	void *arg;
	int stopped;
};

/* ---- events ---- */

static bool keep_coming(struct coming *coming, const void *bytes, size_t length)
{
	if (length > coming->room) {
		uint8_t *more = realloc(coming->bytes, length);

		if (!more)
			return false;
		coming->bytes = more;
		coming->room = length;
	}
	memcpy(coming->bytes, bytes, length);
	coming->length = length;
	return true;
}

static void leave(struct xdplab_tap *tap, const struct coming *coming,
		  const struct tap_event *event)
{
	const struct xdplab_tapped tapped = {
		.verdict = event->verdict,
		.ifindex = event->ifindex,
		.queue = event->queue,
		.came = coming->bytes,
		.came_length = coming->length,
		.left = event + 1,
		.left_length = event->length,
	};

	/* What is in the buffer already is not told any more then. */
	if (!tap->stopped)
		tap->stopped = tap->fn(&tapped, tap->arg);
}

static void take_event(void *arg, int cpu, void *data, __u32 size)
{
	const struct tap_event *event = data;
	struct xdplab_tap *tap = arg;
	struct coming *coming;

	if (cpu >= tap->nr_cpus || size < sizeof(*event) ||
	    event->length > size - sizeof(*event))
		return;
	coming = &tap->coming[cpu];
	if (event->verdict == TAP_CAME) {
		coming->there = keep_coming(coming, event + 1, event->length);
		return;
	}
	if (coming->there)
		leave(tap, coming, event);
	coming->there = false;
}

static void take_lost(void *arg, int cpu, __u64 nr)
{
	struct xdplab_tap *tap = arg;

	if (cpu < tap->nr_cpus)
		tap->coming[cpu].there = false;
	tap->lost += nr;
}

static int open_events(struct xdplab_tap *tap)
{
	int err;

	tap->nr_cpus = libbpf_num_possible_cpus();
	tap->coming = calloc(tap->nr_cpus, sizeof(*tap->coming));
	if (!tap->coming)
		return fail(-ENOMEM, "tap: out of memory");
	tap->events_fd = bpf_map_create(BPF_MAP_TYPE_PERF_EVENT_ARRAY,
					"xdplab_tap", sizeof(uint32_t),
					sizeof(uint32_t), tap->nr_cpus, NULL);
	if (tap->events_fd < 0)
		return fail(tap->events_fd, "tap: %s",
			    strerror(-tap->events_fd));
	tap->events = perf_buffer__new(tap->events_fd, PAGES, take_event,
				       take_lost, tap, NULL);
	err = libbpf_get_error(tap->events);
	if (!err)
		return 0;
	tap->events = NULL;
	return fail(err, "tap: a buffer for its packets: %s", strerror(-err));
}

/* ---- in and out of the chain ---- */

/* The chain that runs; a foreign program as one. */
static int read_chain(struct chain *chain, const struct change *change,
		      uint32_t prog_id)
{
	struct stage stage;
	int err = chain_read(chain, &change->home, prog_id);

	if (err != -ENOENT)
		return err;
	err = stage_adopt(&stage, prog_id, change->ifname);
	if (err)
		return err;
	err = chain_insert(chain, &stage);
	stage_free(&stage);
	return err;
}

/* Builds what runs there anew, with a tap or without, and swaps it in.  `only`,
 * if not 0, is what must run there, or nothing is done. */
static int rebuild(const struct xdplab_tap *tap, const struct tap_opts *opts,
		   uint32_t only, struct xdplab_change *result)
{
	struct change change;
	struct chain chain = { 0 };
	int err = change_begin(&change, tap->ifname, 0);
	struct commit_opts commit_opts = { .tap = opts };

	if (err)
		return err;
	commit_opts.mode = change_mode(&change, XDPLAB_MODE_AUTO);
	commit_opts.old_id = change.state.ids[commit_opts.mode];
	if (!commit_opts.mode && !only)
		err = fail(-ENOENT, "%s: no XDP program is attached",
			   tap->ifname);
	else if (commit_opts.mode == XDPLAB_MODE_HW)
		err = fail(-EOPNOTSUPP, "%s: cannot tap a program in hw mode",
			   tap->ifname);
	if (!err && (!only || only == commit_opts.old_id)) {
		err = read_chain(&chain, &change, commit_opts.old_id);
		if (!err)
			err = commit(&change, &chain, &commit_opts, result);
	}
	chain_free(&chain);
	change_end(&change, err, NULL, NULL);
	return err;
}

static void free_tap(struct xdplab_tap *tap)
{
	perf_buffer__free(tap->events);
	if (tap->events_fd >= 0)
		close(tap->events_fd);
	for (int i = 0; tap->coming && i < tap->nr_cpus; i++)
		free(tap->coming[i].bytes);
	free(tap->coming);
	free(tap);
}

int xdplab_tap_open(struct xdplab_tap **out, const char *ifname)
{
	struct xdplab_tap *tap = calloc(1, sizeof(*tap));
	struct xdplab_change change = { 0 };
	struct tap_opts opts;
	int err;

	if (!tap)
		return fail(-ENOMEM, "tap: out of memory");
	tap->events_fd = -1;
	if (snprintf(tap->ifname, sizeof(tap->ifname), "%s", ifname) >=
	    (int)sizeof(tap->ifname))
		err = fail(-ENODEV, "%s: no such interface", ifname);
	else
		err = open_events(tap);
	if (!err) {
		opts.events_fd = tap->events_fd;
		err = rebuild(tap, &opts, 0, &change);
	}
	if (err) {
		free_tap(tap);
		return err;
	}
	tap->prog_id = change.prog_id;
	*out = tap;
	return 0;
}

static bool is_there(const struct xdplab_tap *tap)
{
	struct attach_state state;

	return !attach_read(&state, tap->ifname) &&
	       attach_runs(tap->prog_id, &state);
}

int xdplab_tap_read(struct xdplab_tap *tap, int timeout_ms,
		    int (*fn)(const struct xdplab_tapped *tapped, void *arg),
		    void *arg)
{
	int err;

	tap->fn = fn;
	tap->arg = arg;
	tap->stopped = 0;
	err = perf_buffer__poll(tap->events, timeout_ms);
	if (tap->stopped)
		return tap->stopped;
	if (err < 0)
		return err == -EINTR ? err
				     : fail(err, "%s: tap: %s", tap->ifname,
					    strerror(-err));
	if (!err && !is_there(tap))
		return fail(-EPIPE,
			    "%s: the program was changed concurrently and is "
			    "no longer tapped",
			    tap->ifname);
	return 0;
}

uint64_t xdplab_tap_lost(const struct xdplab_tap *tap)
{
	return tap->lost;
}

int xdplab_tap_close(struct xdplab_tap *tap)
{
	struct xdplab_change change = { 0 };
	int err;

	if (!tap)
		return 0;
	err = rebuild(tap, NULL, tap->prog_id, &change);
	free_tap(tap);
	return err;
}
