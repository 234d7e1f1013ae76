// SPDX-License-Identifier: LGPL-2.1-only
/*
 * sequence - which packets are needed for what went wrong
 *
 * Mostly the last one alone does it, from a fresh state.  If not, what is in
 * maps came from those before it, of which as many are left out as can be.
 */
#include <errno.h>

#include "fuzz.h"

/* Packets before the last one that are made less one by one. */
#define SHRUNK_MAX 16
/* This many packets take some seconds; after that, it is as little as it is. */
#define EFFORT_MAX 2000000

/* Whether the same is wrong in the end without those from..to: 1, 0. */
static int shows(struct fuzz_target *target, const struct fuzz_packets *packets,
		 const struct fuzz_wrong *wrong, size_t from, size_t to)
{
	struct fuzz_wrong again;
	int err = fuzz_target_reset(target);

	for (size_t i = 0; err >= 0 && i < packets->nr; i++)
		if (i < from || i >= to)
			err = fuzz_target_run(target, &packets->at[i]);
	if (err)
		return err < 0 ? err : 0;
	again = fuzz_target_wrong(target);
	return fuzz_wrong_is(&again, wrong);
}

/* This many at a time. */
static int leave_out(struct fuzz_target *target, struct fuzz_packets *packets,
		     const struct fuzz_wrong *wrong, size_t nr)
{
	size_t at = 0;

	while (at + nr < packets->nr && fuzz_target_may_try(target)) {
		int is = shows(target, packets, wrong, at, at + nr);

		if (is < 0)
			return is;
		if (is)
			fuzz_packets_remove(packets, at, nr);
		else
			at += nr;
	}
	return 0;
}

/* 1 if all of them do not show it either. */
static int leave_out_all(struct fuzz_target *target,
			 struct fuzz_packets *packets,
			 const struct fuzz_wrong *wrong)
{
	int is = shows(target, packets, wrong, 0, 0), err = 0;

	if (is <= 0)
		return is < 0 ? is : 1;
	for (size_t nr = packets->nr / 2; nr && !err; nr /= 2)
		err = leave_out(target, packets, wrong, nr);
	return err;
}

/* Whether the last packet can stand in the place of all others; then it does.
 */
static int repeat_last(struct fuzz_target *target, struct fuzz_packets *packets,
		       const struct fuzz_wrong *wrong)
{
	struct fuzz_packets same = { 0 };
	int is = 0;

	for (size_t i = 0; is >= 0 && i < packets->nr; i++)
		is = fuzz_packets_add(&same, &packets->at[packets->nr - 1]);
	if (is >= 0)
		is = shows(target, &same, wrong, 0, 0);
	for (size_t i = 0; is > 0 && i < packets->nr; i++)
		if (fuzz_copy(&packets->at[i], &same.at[i]))
			is = -ENOMEM;
	fuzz_packets_free(&same);
	return is;
}

static int shrink_all(struct fuzz_target *target, struct fuzz_packets *packets,
		      const struct fuzz_wrong *wrong)
{
	size_t last = packets->nr - 1;
	int err = fuzz_shrink(target, packets, last, wrong), is;

	if (err || !last)
		return err;
	is = repeat_last(target, packets, wrong);
	for (size_t i = 0; !is && !err && i < last && i < SHRUNK_MAX; i++)
		err = fuzz_shrink(target, packets, i, wrong);
	return is < 0 ? is : err;
}

int fuzz_reduce(struct fuzz_target *target, struct fuzz_packets *packets,
		const struct fuzz_wrong *wrong)
{
	size_t last = packets->nr - 1;
	int err = 0, is;

	target->effort_max = target->effort + EFFORT_MAX;
	is = shows(target, packets, wrong, 0, last);
	if (is < 0)
		return is;
	if (is)
		fuzz_packets_remove(packets, 0, last);
	else
		err = leave_out_all(target, packets, wrong);
	return err ? err : shrink_all(target, packets, wrong);
}
