/* SPDX-License-Identifier: GPL-2.0-only */
/* model.h - what model.c needs of stage.c */
#ifndef WATCH_MODEL_H
#define WATCH_MODEL_H

#include "watch.h"

/* The stage at `index` of what is attached: the same as before, another in its
 * place, or a new one. */
void stage_see(struct watch_program *program,
	       const struct xdplab_attached *attached, size_t index,
	       double seconds);
/* Those that are there come first, in their order; what has been away for long
 * is forgotten. */
void stages_order(struct watch_program *program);
void watch_stage_free(struct watch_stage *stage);

#endif
