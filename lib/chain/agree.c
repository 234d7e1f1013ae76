// SPDX-License-Identifier: LGPL-2.1-only
/* agree - what all programs of a chain have in common */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "pin/pin.h"
#include "prog/code-load.h"
#include "prog/licence.h"
#include "prog/prog.h"

/* What an adopted stage's licence is does not matter: it stays a program of its
 * own, and one that goes with all stands for it. */
static int combine_licences(struct code_load_opts *opts,
			    const struct chain *chain, const char *ifname)
{
	const char **licences = calloc(chain->nr, sizeof(*licences));
	size_t one = 0, other = 0;

	if (!licences)
		return fail(-ENOMEM, "chain: out of memory");
	for (size_t i = 0; i < chain->nr; i++)
		licences[i] = stage_is_adopted(&chain->stages[i])
				      ? "MIT"
				      : chain->stages[i].kept.licence;
	opts->licence = licence_combine(licences, chain->nr, &one, &other);
	free(licences);
	if (opts->licence)
		return 0;
	fail(-EXDEV,
	     "%s: the licence of %s, \"%s\", is incompatible with that of %s, "
	     "\"%s\"",
	     ifname, chain->stages[one].kept.name,
	     chain->stages[one].kept.licence, chain->stages[other].kept.name,
	     chain->stages[other].kept.licence);
	return advise(-EXDEV,
		      "a chain is one program: load one of them on another "
		      "interface, or change its SEC(\"license\")");
}

/* A prog_array wants all its programs alike, and an adopted one is as it is. */
static int agree_with_adopted(struct code_load_opts *opts,
			      const struct chain *chain,
			      const struct pin_stage *kept, const char *ifname)
{
	bool frags = opts->prog_flags & BPF_F_XDP_HAS_FRAGS;

	opts->attach_type = kept->attach_type;
	if (frags == !!(kept->prog_flags & BPF_F_XDP_HAS_FRAGS))
		return 0;
	for (size_t i = 0; i < chain->nr; i++) {
		const struct pin_stage *other = &chain->stages[i].kept;

		if (other->prog_flags & BPF_F_XDP_HAS_FRAGS)
			continue;
		fail(-EOPNOTSUPP,
		     "%s: %s does not support multi-buffer packets, but %s "
		     "(adopted) does",
		     ifname, other->name, kept->name);
		break;
	}
	return advise(-EOPNOTSUPP,
		      "use SEC(\"xdp.frags\") for the former, or load the "
		      "latter from its file");
}

int chain_agree(struct code_load_opts *opts, const struct chain *chain,
		const char *ifname, uint32_t ifindex)
{
	int err = combine_licences(opts, chain, ifname);

	opts->attach_type = BPF_XDP;
	if (chain_all_have(chain, BPF_F_XDP_HAS_FRAGS))
		opts->prog_flags |= BPF_F_XDP_HAS_FRAGS;
	if (chain_any_has(chain, BPF_F_XDP_DEV_BOUND_ONLY)) {
		opts->prog_flags |= BPF_F_XDP_DEV_BOUND_ONLY;
		opts->ifindex = ifindex;
	}
	for (size_t i = 0; !err && i < chain->nr; i++)
		if (stage_is_adopted(&chain->stages[i]))
			err = agree_with_adopted(
				opts, chain, &chain->stages[i].kept, ifname);
	return err;
}
