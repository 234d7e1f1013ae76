// SPDX-License-Identifier: LGPL-2.1-only
/* expect-redirect - whether a packet is redirected as it was expected */
#include <stdio.h>
#include <string.h>

#include "run.h"

static void name_wanted(char *text, size_t size, const struct test_step *step)
{
	if (step->redirect.ifname)
		snprintf(text, size, "%s", step->redirect.ifname);
	else if (step->redirect.by_index)
		snprintf(text, size, "index %u", step->redirect.ifindex);
	else
		snprintf(text, size, "map %s[%s]", step->redirect.map.name,
			 step->redirect.map.key);
}

static bool is_wanted(const struct test_step *step, const struct test_run *run,
		      const struct test_redirect *to)
{
	if (step->redirect.ifname)
		return to->ifindex == step->redirect.ifindex;
	/* An entry that is no interface's has none, but leads somewhere. */
	if (step->redirect.by_index)
		return to->ifindex == step->redirect.ifindex &&
		       (to->ifindex || !to->is_entry);
	return to->is_entry &&
	       test_maps_is_entry(run->maps, &step->redirect.map, to->map_id,
				  to->key);
}

static void say(const struct test_step *step, const char *got,
		struct test_failure *failure)
{
	char wanted[128];

	name_wanted(wanted, sizeof(wanted), step);
	test_failure_say(failure, "the packet is redirected to %s, not %s", got,
			 wanted);
	test_failure_row(failure, "redirect", wanted, got, true);
}

int test_expect_redirect(const struct test_step *step,
			 const struct test_sent *sent,
			 struct test_failure *failure)
{
	const struct test_run *run = sent->tests->run;
	struct test_redirect to;
	char text[128];

	if (sent->io.verdict != XDP_REDIRECT) {
		test_failure_say(failure, "the verdict is %s, not REDIRECT",
				 xdplab_verdict_name(sent->io.verdict)
					 ?: "none");
		return 0;
	}
	test_redirect_read(&to, run->now->seen);
	if (is_wanted(step, run, &to))
		return 1;
	test_redirect_name(text, sizeof(text), &to);
	say(step, text, failure);
	return 0;
}
