// SPDX-License-Identifier: LGPL-2.1-only
/*
 * redirect - where versions of a program redirect the same packet to
 *
 * An interface is the same in both, by its index, since each has the network
 * that the file describes.  Maps have other ids in each, and are the same by
 * their names.
 */
#include <string.h>

#include "fuzz.h"

static struct test_redirect redirect_of(const struct fuzz_version *version)
{
	struct test_redirect to;

	test_redirect_read(&to, version->tests->run->now->seen);
	return to;
}

/* An entry of a map that is of no interface: of an XSKMAP, as an example. */
static bool is_of_map(const struct test_redirect *to)
{
	return to->is_entry && !to->ifindex;
}

static void add_entry(struct xdplab_text *text,
		      const struct fuzz_version *version,
		      const struct test_redirect *to)
{
	text_word(text, "map ");
	test_maps_name(text, version->tests->run->maps, to->map_id);
	text_char(text, '[');
	text_unsigned(text, to->key);
	text_char(text, ']');
}

/* Not of an interface that only this namespace happens to have. */
static const char *name_of(const struct fuzz_version *version, uint32_t ifindex)
{
	const struct xdplab_tests *tests = version->tests;

	for (size_t i = 0; i < tests->nr_ifaces; i++)
		if (if_nametoindex(tests->ifaces[i].name) == ifindex)
			return tests->ifaces[i].name;
	return if_nametoindex("lo") == ifindex ? "lo" : NULL;
}

void fuzz_name_redirect(char *text, size_t size,
			const struct fuzz_version *version)
{
	const struct test_redirect to = redirect_of(version);

	test_redirect_name(text, size, &to);
}

/* In the notation of tests. */
void fuzz_add_redirect(struct xdplab_text *text,
		       const struct fuzz_version *version)
{
	const struct test_redirect to = redirect_of(version);
	const char *name;

	if (is_of_map(&to)) {
		add_entry(text, version, &to);
		return;
	}
	name = name_of(version, to.ifindex);
	text_word(text, name ?: "index ");
	if (!name)
		text_unsigned(text, to.ifindex);
}

/* Whether the words for an entry of `of` mean a map of the other version, too:
 * else there is nothing to compare it with, nor could a test expect it. */
static bool is_known(const struct test_redirect *to,
		     const struct fuzz_version *of,
		     const struct fuzz_version *other)
{
	struct xdplab_text name = { 0 };
	bool is;

	if (!is_of_map(to))
		return true;
	is = test_maps_name(&name, of->tests->run->maps, to->map_id);
	text_end(&name);
	is = is && !name.lost &&
	     test_maps_has(other->tests->run->maps, name.bytes);
	xdplab_text_free(&name);
	return is;
}

static bool is_same_text(const struct fuzz_target *target)
{
	struct xdplab_text now = { 0 }, old = { 0 };
	bool is;

	fuzz_add_redirect(&now, &target->now);
	fuzz_add_redirect(&old, &target->old);
	is = now.length == old.length &&
	     !memcmp(now.bytes, old.bytes, now.length);
	xdplab_text_free(&now);
	xdplab_text_free(&old);
	return is;
}

static bool leads_elsewhere(const struct fuzz_target *target)
{
	const struct test_redirect now = redirect_of(&target->now),
				   old = redirect_of(&target->old);

	if (!is_of_map(&now) && !is_of_map(&old))
		return now.ifindex != old.ifindex;
	return is_known(&now, &target->now, &target->old) &&
	       is_known(&old, &target->old, &target->now) &&
	       !is_same_text(target);
}

/* What bpf_redirect() was given tells enough; that nothing was, is 0, too. */
bool fuzz_redirects_differ(const struct fuzz_target *target)
{
	const struct redirect_seen *now = target->now.tests->run->now->seen,
				   *old = target->old.tests->run->now->seen;

	if (!now || !old)
		return false; /* one could not be instrumented */
	if (now->kind == REDIRECT_MAP || old->kind == REDIRECT_MAP)
		return leads_elsewhere(target);
	return now->key != old->key;
}
