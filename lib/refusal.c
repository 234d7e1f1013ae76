// SPDX-License-Identifier: LGPL-2.1-only
/* refusal - why the verifier refused, if that was the last failure */
#include <stdlib.h>

#include "internal.h"

static _Thread_local struct xdplab_refusal *last_refusal;
static _Thread_local char *last_log;

void xdplab_refusal_free(struct xdplab_refusal *refusal)
{
	if (!refusal)
		return;
	/* The views are const for the caller, but these strings are ours. */
	free((char *)refusal->message);
	free((char *)refusal->file);
	free((char *)refusal->source);
	free((char *)refusal->insn_text);
	free((char *)refusal->registers);
	free(refusal);
}

const struct xdplab_refusal *xdplab_error_refusal(void)
{
	return last_refusal;
}

const char *xdplab_error_log(void)
{
	return last_log ?: "";
}

void error_refusal_set(struct xdplab_refusal *refusal, char *log)
{
	xdplab_refusal_free(last_refusal);
	free(last_log);
	last_refusal = refusal;
	last_log = log;
}

void error_refusal_take(struct xdplab_refusal **refusal, char **log)
{
	*refusal = last_refusal;
	*log = last_log;
	last_refusal = NULL;
	last_log = NULL;
}
