// SPDX-License-Identifier: LGPL-2.1-only
/*
 * clean - removes the state of programs that no longer run, in any namespace
 *
 * State belongs to an interface of a namespace, and only from inside it can be
 * seen what runs there.
 */
#include <errno.h>
#include <unistd.h>

#include "change.h"
#include "net/attach.h"
#include "net/netns.h"
#include "pin/pin.h"

#define LOCK_TIMEOUT_MS 10000

struct cleaning {
	uint64_t here; /* cookie of the caller's namespace */
	bool kept_maps;
	void (*report)(const char *path, void *arg);
	void *arg;
};

/* To be called in the namespace that the state belongs to. */
static int sweep_here(const struct cleaning *cleaning,
		      const struct pin_home *home)
{
	struct attach_state state = { .ifindex = home->ifindex };
	int err = attach_reread(&state);

	if (err && err != -ENODEV)
		return err;
	return change_sweep(home, err ? NULL : &state, cleaning->kept_maps,
			    cleaning->report, cleaning->arg);
}

static int clean_one(const struct pin_home *home, void *arg)
{
	const struct cleaning *cleaning = arg;
	int back, err;

	if (home->cookie == cleaning->here)
		return sweep_here(cleaning, home);
	err = netns_visit(&back, home->cookie);
	if (err == -ENOENT)
		return change_sweep(home, NULL, cleaning->kept_maps,
				    cleaning->report, cleaning->arg);
	if (err)
		return err;
	err = sweep_here(cleaning, home);
	netns_leave(back);
	return err;
}

static int clean_all(bool kept_maps,
		     void (*report)(const char *path, void *arg), void *arg)
{
	struct cleaning cleaning = { .kept_maps = kept_maps,
				     .report = report,
				     .arg = arg };
	int err, lock;

	err = netns_cookie(&cleaning.here);
	if (err)
		return err;
	lock = pin_lock(LOCK_TIMEOUT_MS);
	if (lock < 0)
		return lock;
	err = pin_walk(clean_one, &cleaning);
	close(lock);
	return err;
}

int xdplab_chain_clean(const char *ifname, bool kept_maps,
		       void (*report)(const char *path, void *arg), void *arg)
{
	struct change change;
	int err;

	if (!ifname)
		return clean_all(kept_maps, report, arg);
	err = change_begin(&change, ifname, LOCK_TIMEOUT_MS);
	if (err)
		return err;
	change.drop_kept = kept_maps;
	change_end(&change, 0, report, arg);
	return 0;
}
