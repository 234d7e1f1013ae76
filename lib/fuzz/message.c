// SPDX-License-Identifier: LGPL-2.1-only
/* message - what is wrong, in words */
#include "fuzz.h"
#include "test/compare.h"

static const char *const names[] = {
	[XDPLAB_FINDING_ABORTED] = "aborted",
	[XDPLAB_FINDING_DIFFERENT] = "different",
	[XDPLAB_FINDING_LONGER] = "longer",
};

const char *xdplab_finding_name(enum xdplab_finding_kind kind)
{
	return kind < ARRAY_SIZE(names) ? names[kind] : NULL;
}

void fuzz_add_verdict(struct xdplab_text *text, uint32_t verdict)
{
	const char *name = xdplab_verdict_name(verdict);

	if (name)
		text_word(text, name);
	else
		text_unsigned(text, verdict);
}

static void add_redirect(struct xdplab_text *text,
			 const struct fuzz_version *version)
{
	char name[128];

	fuzz_name_redirect(name, sizeof(name), version);
	text_word(text, name);
}

/* "ip.ttl is 64, not 63 as in the other version". */
static void add_first_field(struct xdplab_text *text,
			    const struct fuzz_target *target)
{
	const struct test_io *now = &target->now.io, *old = &target->old.io;
	const struct wanted wanted = { .bytes = old->got,
				       .length = old->got_length };
	struct test_failure failure = { 0 };
	int err = wanted_compare(&wanted, now->got, now->got_length, &failure);

	if (!err && failure.shown.message)
		text_word(text, failure.shown.message);
	text_word(text, " as in the other version");
	text->lost |= err || !failure.shown.message;
	test_failure_clear(&failure);
}

static void add_difference(struct xdplab_text *text,
			   const struct fuzz_target *target,
			   const struct fuzz_wrong *wrong)
{
	switch (wrong->difference) {
	case FUZZ_VERDICT:
		text_word(text, "the verdict is ");
		fuzz_add_verdict(text, wrong->verdict);
		text_word(text, ", the other version's is ");
		fuzz_add_verdict(text, wrong->old_verdict);
		break;
	case FUZZ_REDIRECT:
		text_word(text, "the packet is redirected to ");
		add_redirect(text, &target->now);
		text_word(text, ", by the other version to ");
		add_redirect(text, &target->old);
		break;
	default:
		add_first_field(text, target);
	}
}

void fuzz_message(struct xdplab_text *text, const struct fuzz_target *target,
		  const struct fuzz_wrong *wrong)
{
	switch (wrong->kind) {
	case XDPLAB_FINDING_ABORTED:
		text_word(text, "the verdict is ");
		fuzz_add_verdict(text, wrong->verdict);
		break;
	case XDPLAB_FINDING_DIFFERENT:
		add_difference(text, target, wrong);
		break;
	case XDPLAB_FINDING_LONGER:
		text_unsigned(text, target->now.io.got_length);
		text_word(text, " bytes in the output packet, more than a "
				"frame's ");
		text_unsigned(text, fuzz_longest(target, target->now.io.got));
		break;
	}
}
