// SPDX-License-Identifier: GPL-2.0-only
/*
 * view-dot - chains as a graph, in the language of graphviz
 *
 * Packets go from stage to stage, and out where a verdict ends the chain.  Where
 * packets are counted, a way out that none has taken is left away.
 */
#include <inttypes.h>
#include <string.h>

#include "view.h"

/* ---- strings ---- */

/* Inside quotes: names are hostile, and graphviz knows escapes and entities. */
static void print_inside(const char *text)
{
	char clean[1024];

	out_clean(clean, sizeof(clean), text);
	for (const char *c = clean; *c; c++) {
		if (*c == '&')
			fputs("&amp;", stdout);
		else
			printf("%s%c", strchr("\"\\", *c) ? "\\" : "", *c);
	}
}

static void print_quoted(const char *text)
{
	putchar('"');
	print_inside(text);
	putchar('"');
}

/* ---- nodes, of which each mode has its own ---- */

static void print_stage(const char *mode, size_t index,
			const struct xdplab_stage *stage)
{
	printf("\t\t%s_%zu [label=\"", mode, index);
	print_inside(stage->name);
	printf("\\nid %" PRIu32 ", priority %" PRIu32, stage->id, stage->prio);
	if (stage->how != XDPLAB_STAGE_INLINED)
		printf("\\n%s", xdplab_stage_how_name(stage->how));
	puts("\"];");
}

static void print_verdict(const char *mode, uint32_t verdict)
{
	const char *name = xdplab_verdict_name(verdict);

	printf("\t\t%s_%s [label=\"%s\", shape=ellipse];\n", mode, name, name);
}

/* ---- ways ---- */

static void print_count(const struct xdplab_stage *stage, uint32_t verdict)
{
	printf("%s", xdplab_verdict_name(verdict));
	if (stage->counted)
		printf(" %" PRIu64, stage->packets[verdict]);
}

static bool ends(const struct xdplab_stage *stage, uint32_t verdict, bool last)
{
	return last || !(stage->actions & 1u << verdict);
}

/* Where nothing is counted all of them are; the way that is meant to be taken
 * is always there. */
static bool is_taken(const struct xdplab_stage *stage, uint32_t verdict)
{
	return !stage->counted || stage->packets[verdict] ||
	       stage->actions & 1u << verdict;
}

static void print_way_on(const char *mode, size_t index,
			 const struct xdplab_stage *stage)
{
	const char *between = "";

	printf("\t\t%s_%zu -> %s_%zu [label=\"", mode, index, mode, index + 1);
	for (uint32_t verdict = 0; xdplab_verdict_name(verdict); verdict++) {
		if (ends(stage, verdict, false))
			continue;
		fputs(between, stdout);
		print_count(stage, verdict);
		between = "\\n";
	}
	puts("\"];");
}

static void print_ways(const char *mode, size_t index,
		       const struct xdplab_stage *stage, bool last,
		       bool *reached)
{
	if (!last && stage->actions)
		print_way_on(mode, index, stage);
	for (uint32_t verdict = 0; xdplab_verdict_name(verdict); verdict++) {
		if (!ends(stage, verdict, last) || !is_taken(stage, verdict))
			continue;
		reached[verdict] = true;
		printf("\t\t%s_%zu -> %s_%s [label=\"", mode, index, mode,
		       xdplab_verdict_name(verdict));
		print_count(stage, verdict);
		puts("\"];");
	}
}

/* ---- the graph ---- */

static void print_chain(const struct xdplab_attached *attached)
{
	const char *mode = xdplab_mode_name(attached->mode);
	bool reached[8] = { false };

	printf("\tsubgraph cluster_%s {\n"
	       "\t\tlabel=\"%s mode, id %" PRIu32 "\";\n"
	       "\t\t%s_packet [label=\"packet\", shape=plaintext];\n",
	       mode, mode, attached->id, mode);
	for (size_t i = 0; i < attached->nr_stages; i++)
		print_stage(mode, i, &attached->stages[i]);
	printf("\t\t%s_packet -> %s_0;\n", mode, mode);
	for (size_t i = 0; i < attached->nr_stages; i++)
		print_ways(mode, i, &attached->stages[i],
			   i + 1 == attached->nr_stages, reached);
	for (uint32_t verdict = 0; xdplab_verdict_name(verdict); verdict++)
		if (reached[verdict])
			print_verdict(mode, verdict);
	puts("\t}");
}

bool view_dot(const struct view *view, const struct xdplab_iface *iface)
{
	bool any = false;

	for (size_t i = 0; i < iface->nr_attached; i++) {
		const struct xdplab_attached *attached = &iface->attached[i];

		if (!attached->nr_stages ||
		    (view->mode && attached->mode != view->mode))
			continue;
		if (!any) {
			printf("digraph ");
			print_quoted(iface->ifname);
			printf(" {\n\trankdir=LR;\n\tnode [shape=box];\n");
		}
		print_chain(attached);
		any = true;
	}
	if (any)
		puts("}");
	return any;
}
