/* SPDX-License-Identifier: LGPL-2.1-only */
/* change.h - from what runs to what is to run */
#ifndef CHANGE_H
#define CHANGE_H

#include <signal.h>

#include "chain/chain.h"
#include "net/attach.h"
#include "pin/pin.h"
#include "xdplab.h"

/* ---- change.c: the frame of every change ---- */

/* A change of one interface under way. */
struct change {
	const char *ifname;
	int lock; /* -1: no bpffs, so nothing is kept, and nothing to lock */
	struct pin_home home;
	struct attach_state state; /* what the kernel last said that runs */
	bool gone;	/* the interface is not in this namespace any more */
	bool drop_kept; /* in the end, maps that were kept of other stages */
	bool held;
	sigset_t signals;
};

/* Takes the lock and reads the interface.  `timeout_ms` 0: the default. */
int change_begin(struct change *change, const char *ifname,
		 uint32_t timeout_ms);
/* From here to the end of the change no signal ends the process. */
void change_hold_signals(struct change *change);
/*
 * Sweeps what does not run, telling `report`, if not NULL, each path; and gives
 * lock and signals back.  After a success, `err` 0, .state is what runs now;
 * after a failure the kernel is asked again.
 */
void change_end(struct change *change, int err,
		void (*report)(const char *path, void *arg), void *arg);
/*
 * Sweeps the state of an interface on which `state` runs.  NULL: it is not to
 * be found where its state is.  It may have been moved to another namespace,
 * and its chain with it, so that only this much is certain then: a program
 * whose id the kernel does not know does not run.
 */
int change_sweep(const struct pin_home *home, const struct attach_state *state,
		 bool drop_kept, void (*report)(const char *path, void *arg),
		 void *arg);
/* The mode of the program that a change in mode `wanted` is about; auto if
 * there is none. */
enum xdplab_mode change_mode(const struct change *change,
			     enum xdplab_mode wanted);
/* -EBUSY if that mode was asked for and is not the one that runs. */
int change_keeps_mode(const struct change *change, enum xdplab_mode running,
		      enum xdplab_mode wanted);

/* ---- swap.c ---- */

/* What is to be swapped against what. */
struct swap {
	struct change *change;
	enum xdplab_mode mode; /* auto: native, else skb */
	uint32_t old_id;       /* 0: nothing runs */
	int fd;
	uint32_t id;
	bool link;
};

/* One atomic step; the mode becomes the one it got. */
int swap_do(struct swap *swap);
/* Takes the program in `mode` off, and asks the kernel whether it is gone. */
int swap_detach(struct change *change, enum xdplab_mode mode);

/* ---- commit.c ---- */

struct commit_opts {
	enum xdplab_mode mode; /* that was asked for */
	uint32_t old_id;       /* what runs there now, 0: nothing */
	bool link, dry_run;
	const struct tap_opts
		*tap; /* each packet is reported; NULL: it is not */
};

/*
 * Makes the interface run the edited chain: builds it, publishes it, swaps.  A
 * chain without stages takes the program off, and an adopted program that is
 * left alone is attached itself.
 */
int commit(struct change *change, struct chain *chain,
	   const struct commit_opts *opts, struct xdplab_change *result);

#endif
