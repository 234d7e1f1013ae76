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
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "code.h"
#include "extract.h"
#include "internal.h"
#include "prog.h"

/* What the load under way in this thread wants kept, if one of ours is. */
static _Thread_local struct extract *wanted;

/* What BTF says of the program, if it has any that we understand. */
static int keep_types(struct code *code, const struct bpf_prog_load_opts *opts)
{
	if (!code->btf ||
	    opts->func_info_rec_size != sizeof(struct bpf_func_info) ||
	    opts->line_info_rec_size != sizeof(struct bpf_line_info))
		return 0;
	code->funcs = code_copy_array(opts->func_info, opts->func_info_cnt,
				      sizeof(*code->funcs));
	code->lines = code_copy_array(opts->line_info, opts->line_info_cnt,
				      sizeof(*code->lines));
	if (!code->funcs || !code->lines)
		return -ENOMEM;
	code->nr_funcs = opts->func_info_cnt;
	code->nr_lines = opts->line_info_cnt;
	return 0;
}

/* So that libbpf creates the maps, and the verifier sees the code once, in the
 * chain: what is loaded in its place passes every packet.  It has a number of
 * the code in it, so that the kernel's tag tells programs apart as it does for
 * all others. */
static int put_trivial(struct bpf_program *program,
		       struct bpf_prog_load_opts *opts, const struct code *code)
{
	uint64_t number = code_number(code);
	const struct bpf_insn trivial[] = {
		{ .code = BPF_LD | BPF_IMM | BPF_DW, .imm = (int32_t)number },
		{ .imm = (int32_t)(number >> 32) },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	opts->func_info_cnt = 0;
	opts->line_info_cnt = 0;
	return bpf_program__set_insns(program, (void *)trivial,
				      ARRAY_SIZE(trivial));
}

static int keep(struct extracted *seen, struct bpf_program *program,
		const struct bpf_prog_load_opts *opts)
{
	struct code *code = &seen->code;

	*seen = (struct extracted){ .program = program,
				    .prog_flags = opts->prog_flags };
	code->btf = bpf_object__btf(wanted->object);
	code->insns = code_copy_array(bpf_program__insns(program),
				      bpf_program__insn_cnt(program),
				      sizeof(*code->insns));
	if (!code->insns)
		return -ENOMEM;
	code->nr_insns = bpf_program__insn_cnt(program);
	return keep_types(code, opts);
}

static int prepare(struct bpf_program *program, struct bpf_prog_load_opts *opts,
		   long flags)
{
	struct extracted *at;
	int err;

	opts->prog_flags |= flags;
	if (!wanted)
		return 0;
	at = reallocarray(wanted->at, wanted->nr + 1, sizeof(*at));
	if (!at)
		return -ENOMEM;
	wanted->at = at;
	at += wanted->nr++;
	err = keep(at, program, opts);
	if (err || wanted->diverted != program)
		return err;
	return put_trivial(program, opts, &at->code);
}

static void register_handlers(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, plain,
		    .prog_prepare_load_fn = prepare);
	LIBBPF_OPTS(libbpf_prog_handler_opts, frags,
		    .cookie = BPF_F_XDP_HAS_FRAGS,
		    .prog_prepare_load_fn = prepare);

	take_libbpf_log();
	libbpf_register_prog_handler("xdp", BPF_PROG_TYPE_XDP, BPF_XDP, &plain);
	libbpf_register_prog_handler("xdp.frags", BPF_PROG_TYPE_XDP, BPF_XDP,
				     &frags);
	/* Old objects have sections such as "xdp_pass", which libbpf leaves
	 * without a type; and so does this. */
	libbpf_register_prog_handler(NULL, BPF_PROG_TYPE_UNSPEC, 0, &plain);
}

void extract_prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, register_handlers);
}

int extract_load(struct extract *extract)
{
	int err;

	wanted = extract;
	err = bpf_object__load(extract->object);
	wanted = NULL;
	return err;
}

const struct extracted *extract_find(const struct extract *extract,
				     const struct bpf_program *program)
{
	for (size_t i = 0; i < extract->nr; i++)
		if (extract->at[i].program == program)
			return &extract->at[i];
	return NULL;
}

void extract_free(struct extract *extract)
{
	for (size_t i = 0; i < extract->nr; i++)
		code_free(&extract->at[i].code);
	free(extract->at);
}
