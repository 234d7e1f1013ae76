// SPDX-License-Identifier: LGPL-2.1-only
/*
 * change - the frame of every change: lock, read, ..., sweep
 *
 * The swap in the middle is the one step that counts, and the kernel makes it
 * atomic.  Dying before it leaves a generation that does not run, dying after
 * it one that ran before: the sweep at the end of every change removes both
 * alike, by asking the kernel what runs.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "change.h"
#include "net/attach.h"
#include "net/netns.h"
#include "pin/pin.h"

#define DEFAULT_TIMEOUT_MS 10000

/* ---- an interface that was moved to another namespace ---- */

static bool has_generation(const struct pin_home *home, uint32_t prog_id)
{
	char path[PATH_MAX];

	return prog_id && !pin_home_path(path, home, "/gen-%u", prog_id) &&
	       !access(path, F_OK);
}

/* Whether a chain runs where the state is kept: then it is not the interface
 * that was moved, somebody attached the program twice. */
static bool is_inhabited(const struct pin_home *home, uint64_t here)
{
	struct attach_state state = { .ifindex = home->ifindex };
	int back = -1;
	bool is = false;

	if (home->cookie != here && netns_visit(&back, home->cookie))
		return false;
	if (!attach_reread(&state))
		for (int mode = 0; !is && mode < NR_MODES; mode++)
			is = has_generation(home, state.ids[mode]);
	if (back >= 0)
		netns_leave(back);
	return is;
}

/* The state of a chain goes where its interface goes. */
static int follow_one(const struct change *change, uint32_t prog_id)
{
	struct pin_home old = change->home;
	char from[PATH_MAX], to[PATH_MAX];
	int err;

	if (pin_chain_find(&old, prog_id) ||
	    (old.cookie == change->home.cookie &&
	     old.ifindex == change->home.ifindex) ||
	    is_inhabited(&old, change->home.cookie))
		return 0;
	err = pin_home_path(from, &old, "%s", "");
	if (!err)
		err = pin_home_path(to, &change->home, "%s", "");
	if (!err)
		err = pin_home_make(&change->home);
	if (err)
		return err;
	pin_remove_tree(to); /* of an interface that had this place before */
	if (rename(from, to))
		return fail(-errno, "%s: %s", from, strerror(errno));
	*strrchr(from, '/') = '\0';
	rmdir(from);
	note(XDPLAB_LOG_INFO,
	     "%s: moved here from another namespace with its "
	     "chain",
	     change->ifname);
	return 0;
}

static int follow(const struct change *change)
{
	int err = 0;

	for (int mode = 0; !err && mode < NR_MODES; mode++)
		if (change->state.ids[mode])
			err = follow_one(change, change->state.ids[mode]);
	return err;
}

/* ---- what is left behind ---- */

static bool exists(uint32_t prog_id)
{
	int fd = bpf_prog_get_fd_by_id(prog_id);

	if (fd < 0)
		return fd != -ENOENT;
	close(fd);
	return true;
}

struct own_pin {
	char below[PATH_MAX];
	uint32_t prog_id;
	bool found;
};

static void on_pin(const char *path, enum pin_kind kind, uint32_t id, void *arg)
{
	struct own_pin *own = arg;

	if (kind == PIN_PROG && id == own->prog_id &&
	    !strncmp(path, own->below, strlen(own->below)))
		own->found = true;
}

/* Among its own state, where somebody must have put it: so state would keep
 * itself for ever. */
static bool is_pinned_there(const struct pin_home *home, uint32_t prog_id)
{
	struct own_pin own = { .prog_id = prog_id };

	if (!pin_home_path(own.below, home, "/"))
		pin_find(on_pin, &own);
	return own.found;
}

/* What a sweep goes by. */
struct where {
	const struct pin_home *home;
	const struct attach_state *state; /* NULL: the interface has gone */
};

/*
 * A program may run elsewhere, as a stage that somebody adopted or on another
 * interface, and needs its slots there.  One that was swapped out, or lost its
 * link, ends a moment later, unless somebody looks at it just then.
 */
static bool lives(uint32_t prog_id, const void *arg)
{
	const struct timespec pause = { .tv_nsec = 2000000 };
	const struct where *where = arg;

	if (where->state && attach_runs(prog_id, where->state))
		return true;
	for (int i = 0; i < 250; i++) {
		if (!exists(prog_id))
			return false;
		nanosleep(&pause, NULL);
	}
	return !is_pinned_there(where->home, prog_id);
}

int change_sweep(const struct pin_home *home, const struct attach_state *state,
		 bool drop_kept, void (*report)(const char *path, void *arg),
		 void *arg)
{
	const struct where where = { home, state };
	const struct pin_sweep_opts opts = {
		.live = lives,
		.live_arg = &where,
		.report = report,
		.report_arg = arg,
		.gone = !state,
		.drop_kept = drop_kept,
	};

	return pin_sweep(home, &opts);
}

/* ---- the frame ---- */

int change_begin(struct change *change, const char *ifname, uint32_t timeout_ms)
{
	const char *root;
	int err;

	*change = (struct change){ .ifname = ifname, .lock = -1 };
	err = netns_cookie(&change->home.cookie);
	if (err)
		return err;
	err = pin_root(&root);
	if (!err) {
		change->lock =
			pin_lock(timeout_ms ? timeout_ms : DEFAULT_TIMEOUT_MS);
		if (change->lock == -EROFS)
			note(XDPLAB_LOG_WARN, "%s", xdplab_error());
		else if (change->lock < 0)
			return change->lock;
	} else if (err != -ENOENT) {
		return err;
	}
	err = attach_read(&change->state, ifname);
	change->home.ifindex = change->state.ifindex;
	if (!err && change->lock >= 0)
		err = follow(change);
	if (err && change->lock >= 0)
		close(change->lock);
	return err;
}

enum xdplab_mode change_mode(const struct change *change,
			     enum xdplab_mode wanted)
{
	const uint32_t *ids = change->state.ids;

	if (wanted == XDPLAB_MODE_HW)
		return ids[XDPLAB_MODE_HW] ? XDPLAB_MODE_HW : 0;
	if (ids[XDPLAB_MODE_NATIVE])
		return XDPLAB_MODE_NATIVE;
	return ids[XDPLAB_MODE_SKB] ? XDPLAB_MODE_SKB : 0;
}

int change_keeps_mode(const struct change *change, enum xdplab_mode running,
		      enum xdplab_mode wanted)
{
	if (!wanted || wanted == running)
		return 0;
	fail(-EBUSY, "%s: already in %s mode, not %s", change->ifname,
	     xdplab_mode_name(running), xdplab_mode_name(wanted));
	return advise(-EBUSY,
		      "the mode of a chain cannot be changed; `xdplab unload "
		      "%s --all` first",
		      change->ifname);
}

void change_hold_signals(struct change *change)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &change->signals);
	change->held = true;
}

void change_end(struct change *change, int err,
		void (*report)(const char *path, void *arg), void *arg)
{
	struct attach_state *state = &change->state;
	struct error kept;

	error_keep(&kept);
	if (change->lock >= 0) {
		if (err) {
			memset(state->ids, 0, sizeof(state->ids));
			err = attach_reread(state);
			change->gone = err == -ENODEV;
		}
		if (!err || change->gone)
			change_sweep(&change->home, change->gone ? NULL : state,
				     change->drop_kept, report, arg);
		close(change->lock);
	}
	error_restore(&kept);
	if (change->held)
		pthread_sigmask(SIG_SETMASK, &change->signals, NULL);
}
