/* SPDX-License-Identifier: GPL-2.0-only */
/* view.h - what runs on an interface: as rows, and as a graph */
#ifndef VIEW_H
#define VIEW_H

#include <stdbool.h>
#include <stdio.h>

#include <xdplab.h>

#include "counter.h"
#include "out.h"

/* The columns of a table, which view_init() chooses. */
#define VIEW_COLUMNS 32

/* How it is shown. */
struct view {
	struct out_column columns[VIEW_COLUMNS + 1];
	enum xdplab_mode mode; /* of programs in this mode; auto: in any */
	bool json;
};

/* What rates are computed from: the same interface, some seconds ago. */
struct view_past {
	const struct xdplab_iface *iface; /* NULL: tell no rates */
	double seconds;
	bool kernel_counts; /* runs of all programs, not those of chains alone */
};

/* ---- view-columns.c ---- */

/* `rates`: packets by verdict are shown per second, and else in all. */
void view_init(struct view *view, bool json, bool verbose, bool rates);

/* What columns show of where it is, in the rows of programs and of stages. */
void view_show_iface(const json_t *name, const json_t *row, char *text,
		     size_t size);
void view_show_mode(const json_t *mode, const json_t *row, char *text,
		    size_t size);
/* What columns show of a number: exact below a million, and else four digits;
 * and of that of a verdict, which is left out where it is zero. */
void view_show_number(const json_t *number, const json_t *row, char *text,
		      size_t size);
void view_show_verdict(const json_t *number, const json_t *row, char *text,
		       size_t size);
void view_show_bytes(const json_t *bytes, const json_t *row, char *text,
		     size_t size);

/* ---- view.c ---- */

/*
 * Adds the rows of an interface: one for each attached program, and for each
 * stage of a chain.  A table shows a chain of one stage in one row, for it is
 * then that program alone that people think of.
 */
void view_iface(const struct view *view, struct out *out,
		const struct xdplab_iface *iface, const struct view_past *past);

/* The stage of the first interface's chain `chain_id` that has that name or id,
 * and its place, from 1; NULL if there is none (any more). */
const struct xdplab_stage *view_find_stage(const struct xdplab_status *status,
					   uint32_t chain_id, const char *name,
					   size_t *place);

/* Chain actions as a list of words. */
json_t *view_actions(uint32_t actions);

/* ---- view-counts.c ---- */

/* A number that may be anything, as JSON's are of 63 bits here. */
json_t *view_count(uint64_t number);
/* Adds what was counted, by verdict and in all; or how fast it went up, null
 * where the counters tell no rate. */
void view_set_sums(json_t *row, const uint64_t packets[5],
		   const uint64_t bytes[5]);
void view_set_rates(json_t *row, const struct counter packets[5],
		    const struct counter bytes[5]);

/* ---- view-dot.c ---- */

/* Prints the chains of an interface in the language of graphviz.  false if
 * there is none to print. */
bool view_dot(const struct view *view, const struct xdplab_iface *iface);

#endif
