// SPDX-License-Identifier: GPL-2.0-only
/* view-counts - packets and bytes by verdict, as members of a row */
#include "view.h"

#define NR_VERDICTS 5 /* of xdplab_stage's packets and bytes */

/* The keys of what was counted, and of its rates: the sum's, and in their order
 * those of the verdicts. */
static const struct keys {
	const char *all, *each[NR_VERDICTS];
} packets_keys = { "packets", { "aborted", "drop", "pass", "tx", "redirect" } },
  bytes_keys = { "bytes",
		 { "aborted_bytes", "drop_bytes", "pass_bytes", "tx_bytes",
		   "redirect_bytes" } },
  packets_rate_keys = { "pps",
			{ "aborted_pps", "drop_pps", "pass_pps", "tx_pps",
			  "redirect_pps" } },
  bytes_rate_keys = { "bytes_ps",
		      { "aborted_bytes_ps", "drop_bytes_ps", "pass_bytes_ps",
			"tx_bytes_ps", "redirect_bytes_ps" } };

json_t *view_count(uint64_t number)
{
	return json_integer(number < INT64_MAX ? (json_int_t)number
					       : INT64_MAX);
}

static void set_sums(json_t *row, const struct keys *keys,
		     const uint64_t counts[NR_VERDICTS])
{
	uint64_t sum = 0;

	for (int i = 0; i < NR_VERDICTS; i++)
		if (__builtin_add_overflow(sum, counts[i], &sum))
			sum = UINT64_MAX;
	json_object_set_new(row, keys->all, view_count(sum));
	for (int i = 0; i < NR_VERDICTS; i++)
		json_object_set_new(row, keys->each[i], view_count(counts[i]));
}

void view_set_sums(json_t *row, const uint64_t packets[NR_VERDICTS],
		   const uint64_t bytes[NR_VERDICTS])
{
	set_sums(row, &packets_keys, packets);
	set_sums(row, &bytes_keys, bytes);
}

static void set_rates(json_t *row, const struct keys *keys,
		      const struct counter counters[NR_VERDICTS])
{
	bool known = counters[0].state == COUNTER_MOVING;
	double all = 0;

	for (int i = 0; i < NR_VERDICTS; i++) {
		json_object_set_new(row, keys->each[i],
				    known ? json_real(counters[i].rate)
					  : json_null());
		all += counters[i].rate;
	}
	json_object_set_new(row, keys->all,
			    known ? json_real(all) : json_null());
}

void view_set_rates(json_t *row, const struct counter packets[NR_VERDICTS],
		    const struct counter bytes[NR_VERDICTS])
{
	set_rates(row, &packets_rate_keys, packets);
	set_rates(row, &bytes_rate_keys, bytes);
}
