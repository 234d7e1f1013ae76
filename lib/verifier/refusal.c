// SPDX-License-Identifier: LGPL-2.1-only
/* refusal - why the verifier refused, or what differs, if that was the last
 * failure */
#include <stdlib.h>

#include "internal.h"
#include "map/layout.h"

static _Thread_local struct xdplab_refusal *last_refusal;
static _Thread_local char *last_log;
static _Thread_local struct layout *last_layout;

/* ---- why the verifier refused ---- */

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

/* ---- two layouts that differ ---- */

void layout_free(struct layout *layout)
{
	if (!layout)
		return;
	for (size_t i = 0; i < layout->nr; i++) {
		/* Views are const for the caller, but these are ours. */
		free((char *)layout->rows[i].what);
		free((char *)layout->rows[i].there);
		free((char *)layout->rows[i].wanted);
	}
	free(layout->rows);
	free(layout);
}

const struct xdplab_layout_row *xdplab_error_layout(size_t *nr)
{
	*nr = last_layout ? last_layout->nr : 0;
	return last_layout ? last_layout->rows : NULL;
}

void error_layout_set(struct layout *layout)
{
	layout_free(last_layout);
	last_layout = layout;
}

struct layout *error_layout_take(void)
{
	struct layout *layout = last_layout;

	last_layout = NULL;
	return layout;
}
