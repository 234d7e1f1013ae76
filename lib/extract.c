// SPDX-License-Identifier: LGPL-2.1-only
/*
 * extract - sees a program as libbpf is about to hand it to the kernel
 *
 * libbpf shows relocated instructions and their line information to nobody but
 * a program handler, and a handler belongs to a section name and to the whole
 * process.  Ours do what libbpf's own do for these sections, so that other
 * users of libbpf in the process see no difference.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "internal.h"

#ifndef BPF_F_XDP_HAS_FRAGS
#define BPF_F_XDP_HAS_FRAGS (1U << 5)
#endif

/* What the load under way in this thread wants kept, if one of ours is. */
static _Thread_local struct extract *wanted;

static void keep_lines(struct extract *extract,
		       const struct bpf_prog_load_opts *opts)
{
	const char *records = opts->line_info;
	const struct btf *btf = extract->btf;

	if (!btf || opts->line_info_rec_size < sizeof(struct bpf_line_info))
		return;
	extract->lines = calloc(opts->line_info_cnt, sizeof(*extract->lines));
	if (!extract->lines)
		return;
	for (size_t i = 0; i < opts->line_info_cnt; i++) {
		const struct bpf_line_info *line =
			(const void *)(records + i * opts->line_info_rec_size);

		extract->lines[i] = (struct source_line){
			.insn_off = line->insn_off,
			.file = btf__name_by_offset(btf, line->file_name_off),
			.text = btf__name_by_offset(btf, line->line_off),
			.line = BPF_LINE_INFO_LINE_NUM(line->line_col),
		};
	}
	extract->nr_lines = opts->line_info_cnt;
}

static int prepare(struct bpf_program *program, struct bpf_prog_load_opts *opts,
		   long flags)
{
	(void)program;
	opts->prog_flags |= flags;
	if (wanted && !wanted->lines)
		keep_lines(wanted, opts);
	return 0;
}

static void register_handlers(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, plain,
		    .prog_prepare_load_fn = prepare);
	LIBBPF_OPTS(libbpf_prog_handler_opts, frags,
		    .cookie = BPF_F_XDP_HAS_FRAGS,
		    .prog_prepare_load_fn = prepare);

	libbpf_register_prog_handler("xdp", BPF_PROG_TYPE_XDP, BPF_XDP, &plain);
	libbpf_register_prog_handler("xdp.frags", BPF_PROG_TYPE_XDP, BPF_XDP,
				     &frags);
}

void extract_prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, register_handlers);
}

int extract_load(struct extract *extract, struct bpf_object *object)
{
	int err;

	extract->btf = bpf_object__btf(object);
	wanted = extract;
	err = bpf_object__load(object);
	wanted = NULL;
	return err;
}

void extract_free(struct extract *extract)
{
	free(extract->lines);
	*extract = (struct extract){ 0 };
}
