// SPDX-License-Identifier: LGPL-2.1-only
/* names - modes, verdicts and chain actions, to and from text */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "internal.h"
#include "net/attach.h"

static const char *const modes[NR_MODES] = {
	[XDPLAB_MODE_AUTO] = "auto",
	[XDPLAB_MODE_NATIVE] = "native",
	[XDPLAB_MODE_SKB] = "skb",
	[XDPLAB_MODE_HW] = "hw",
};

/* What others call them: xdp-loader, ethtool and iproute2. */
static const char *const others[][2] = {
	{ "unspecified", "auto" },
	{ "drv", "native" },
	{ "generic", "skb" },
	{ "offload", "hw" },
};

static const char *const verdicts[] = {
	"ABORTED", "DROP", "PASS", "TX", "REDIRECT",
};

const char *xdplab_mode_name(enum xdplab_mode mode)
{
	return (unsigned int)mode < NR_MODES ? modes[mode] : "?";
}

int xdplab_mode_parse(enum xdplab_mode *mode, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (!strcmp(name, others[i][0]))
			name = others[i][1];
	for (int i = 0; i < NR_MODES; i++) {
		if (!strcmp(name, modes[i])) {
			*mode = i;
			return 0;
		}
	}
	fail(-EINVAL, "%s: no such mode", name);
	return advise(-EINVAL, "modes are native, skb, hw and auto");
}

const char *xdplab_verdict_name(uint32_t verdict)
{
	return verdict < ARRAY_SIZE(verdicts) ? verdicts[verdict] : NULL;
}

static int advise_verdicts(void)
{
	return advise(-EINVAL, "use a comma-separated list of ABORTED, DROP, "
			       "PASS, TX and REDIRECT, or \"none\"");
}

static int verdict_parse(uint32_t *verdict, const char *name, size_t length)
{
	if (length > 4 && !strncasecmp(name, "XDP_", 4)) {
		name += 4;
		length -= 4;
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(verdicts); i++) {
		if (strlen(verdicts[i]) == length &&
		    !strncasecmp(name, verdicts[i], length)) {
			*verdict = i;
			return 0;
		}
	}
	if (length)
		fail(-EINVAL, "%.*s: no such verdict", (int)length, name);
	else
		fail(-EINVAL, "missing verdict before or after a comma");
	return advise_verdicts();
}

int xdplab_actions_parse(uint32_t *actions, const char *list)
{
	uint32_t mask = 0, verdict = 0;

	if (!*list) {
		fail(-EINVAL, "empty list; use \"none\" for no verdict");
		return advise_verdicts();
	}
	if (!strcasecmp(list, "none")) {
		*actions = 0;
		return 0;
	}
	for (const char *word = list;; word++) {
		size_t length = strcspn(word, ",");
		int err = verdict_parse(&verdict, word, length);

		if (err)
			return err;
		mask |= 1u << verdict;
		word += length;
		if (!*word)
			break;
	}
	*actions = mask;
	return 0;
}
