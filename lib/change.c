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
#include <string.h>
#include <unistd.h>

#include "internal.h"

#define DEFAULT_TIMEOUT_MS 10000

int change_begin(struct change *change, const char *ifname, uint32_t timeout_ms)
{
	const char *root;
	int err;

	*change = (struct change){ .ifname = ifname, .lock = -1 };
	err = netns_cookie(&change->cookie);
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
	if (err && change->lock >= 0)
		close(change->lock);
	return err;
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
		}
		if (!err || err == -ENODEV)
			pin_sweep(change->cookie, state->ifindex, attach_runs,
				  state, report, arg);
		close(change->lock);
	}
	error_restore(&kept);
	if (change->held)
		pthread_sigmask(SIG_SETMASK, &change->signals, NULL);
}
