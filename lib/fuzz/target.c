// SPDX-License-Identifier: LGPL-2.1-only
/* target - the programs that packets are given to */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_ether.h>

#include "fuzz.h"
#include "test/read.h"

#define MTU_DEFAULT 1500
/* What a page has beside headroom, tailroom and metadata. */
#define ONE_BUFFER 3500

/* Setting maps back takes a system call or two for each, and as long for an
 * entry as a tenth of a packet: so that packets have most of the time. */
#define RESET_AFTER	  64
#define ENTRIES_OF_EFFORT 16 /* that take as long as a packet */

/* ---- open and close ---- */

static int check_programs(const struct xdplab_tests *tests)
{
	for (size_t i = 0; i < tests->nr_programs; i++) {
		const char *ifname = tests->programs[i].ifname;

		if (!ifname)
			continue;
		fail(-EOPNOTSUPP,
		     "%s: cannot fuzz a program attached to %s: its code is "
		     "not instrumented",
		     tests->path, ifname);
		return advise(-EOPNOTSUPP,
			      "use --program with its object file");
	}
	return 0;
}

static int begin_seen(struct fuzz_version *version)
{
	struct xdplab_tests *tests = version->tests;

	version->seen = calloc(tests->nr_counted + 1, sizeof(*version->seen));
	for (size_t i = 0; version->seen && i < tests->nr_counted; i++) {
		size_t nr = counting_blocks(tests->counted[i])->nr_counters;

		version->seen[i] = calloc(nr, 1);
		if (!version->seen[i])
			return fail(-ENOMEM, "fuzz: out of memory");
	}
	return version->seen ? 0 : fail(-ENOMEM, "fuzz: out of memory");
}

static int open_version(struct fuzz_version *version,
			struct xdplab_tests *tests)
{
	const struct xdplab_tests_load_opts opts = { .sz = sizeof(opts),
						     .coverage = true };
	int err;

	version->tests = tests;
	err = check_programs(tests);
	if (!err)
		err = xdplab_tests_load(tests, &opts);
	return err ? err : begin_seen(version);
}

/* The same tests, of another object. */
static int read_other(struct xdplab_tests **out,
		      const struct xdplab_tests *tests, const char *object)
{
	const struct xdplab_tests_opts opts = {
		.sz = sizeof(opts),
		.seed = tests->seed,
		.program = object,
		.mistake = tests->mistake,
		.arg = tests->mistake_arg,
	};

	if (!tests->nr_lines)
		return xdplab_tests_of_program(
			out, object, tests->programs->function, &opts);
	return test_read_text(out, tests->path, tests->text,
			      strlen(tests->text), &opts);
}

static void find_limits(struct fuzz_target *target)
{
	const struct xdplab_tests *tests = target->now.tests;
	const char *ingress = tests->context.ingress;
	size_t mtu = 0;

	for (size_t i = 0; ingress && i < tests->nr_ifaces; i++)
		if (!strcmp(tests->ifaces[i].name, ingress))
			mtu = tests->ifaces[i].mtu;
	target->longest = (mtu ?: MTU_DEFAULT) + ETH_HLEN;
	target->longest_sent = target->longest;
	if (!tests->run->has_frags && target->longest_sent > ONE_BUFFER)
		target->longest_sent = ONE_BUFFER;
}

static uint64_t reset_after(const struct fuzz_target *target)
{
	uint64_t nr = test_maps_entries(target->now.tests->run->maps);

	if (target->old.tests)
		nr += test_maps_entries(target->old.tests->run->maps);
	return nr ? RESET_AFTER + nr : 0;
}

int fuzz_target_open(struct fuzz_target *target, struct xdplab_tests *tests,
		     const char *against)
{
	struct xdplab_tests *other = NULL;
	int err = open_version(&target->now, tests);

	if (!err && against)
		err = read_other(&other, tests, against);
	if (other)
		err = open_version(&target->old, other);
	if (err)
		return err;
	find_limits(target);
	target->reset_after = reset_after(target);
	return fuzz_target_reset(target);
}

static void close_version(struct fuzz_version *version)
{
	for (size_t i = 0; version->seen && i < version->tests->nr_counted; i++)
		free(version->seen[i]);
	free(version->seen);
	version->seen = NULL;
}

void fuzz_target_close(struct fuzz_target *target)
{
	close_version(&target->old);
	close_version(&target->now);
	fuzz_packets_free(&target->history);
	/* It came last, and has to leave its namespace first. */
	xdplab_tests_free(target->old.tests);
}

/* ---- the state in which a test begins ---- */

static int reset_version(const struct fuzz_version *version)
{
	static const struct test_case none;
	struct xdplab_tests *tests = version->tests;
	struct test_result result = { 0 };
	struct test_running running = { .tests = tests,
					.run = tests->run,
					.test = &none,
					.result = &result };
	int err = test_maps_reset(tests->run->maps);

	if (err > 0)
		return err;
	test_maps_changed(tests->run->maps);
	if (!err)
		err = test_do_steps(&running, &tests->setup);
	for (size_t i = 0; i < result.nr; i++)
		test_failure_clear(&result.failures[i]);
	free(result.failures);
	free((void *)result.shown.failures);
	free(result.packet);
	if (!err && result.nr)
		err = fail(-ECANCELED,
			   "%s: an expectation in setup does not hold",
			   tests->path);
	return err;
}

int fuzz_target_reset(struct fuzz_target *target)
{
	int err = 0;

	target->since = 0;
	target->history.nr = 0;
	target->effort += target->reset_after / ENTRIES_OF_EFFORT;
	if (!target->is_stuck)
		err = reset_version(&target->now);
	if (!err && !target->is_stuck && target->old.tests)
		err = reset_version(&target->old);
	if (err <= 0)
		return err;
	note(XDPLAB_LOG_WARN, "%s: findings may depend on earlier packets",
	     xdplab_error());
	target->is_stuck = true;
	return 0;
}

/* ---- a packet ---- */

static int run_version(struct fuzz_version *version,
		       const struct xdplab_packet *packet)
{
	static const struct test_send whole;
	struct test_sending sending = {
		.send = &whole,
		.context = &version->tests->context,
		.bytes = packet->bytes.at,
		.whole = packet->bytes.length,
		.length = packet->bytes.length,
	};
	int err =
		test_sending_next(&sending, version->tests->run, &version->io);

	if (err == -EINVAL || err == -EMSGSIZE)
		return 1;
	return err < 0 ? err : 0;
}

int fuzz_target_run(struct fuzz_target *target,
		    const struct xdplab_packet *packet)
{
	int err = 0;

	if (target->reset_after && target->since >= target->reset_after)
		err = fuzz_target_reset(target);
	target->since++;
	target->effort++;
	if (!err && target->reset_after &&
	    target->history.nr <= FUZZ_HISTORY_MAX)
		err = fuzz_packets_add(&target->history, packet);
	if (!err)
		err = run_version(&target->now, packet);
	if (!err && target->old.tests)
		err = run_version(&target->old, packet);
	return err;
}
