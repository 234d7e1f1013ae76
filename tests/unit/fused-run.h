/* SPDX-License-Identifier: GPL-2.0-only */
/* fused-run.h - fused programs, loaded and run */
#ifndef FUSED_RUN_H
#define FUSED_RUN_H

#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#define PASS (1u << XDP_PASS)

static const unsigned char packet[64] = { 2, 0, 0, 0, 0, 1, 2,
					  0, 0, 0, 0, 2, 8, 0 };

/* ---- stages ---- */

/* A stage that only returns `verdict`. */
static inline struct code constant(struct bpf_insn insns[2], int verdict)
{
	insns[0] = (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K,
				      .imm = verdict };
	insns[1] = (struct bpf_insn){ .code = BPF_JMP | BPF_EXIT };
	return (struct code){ .insns = insns, .nr_insns = 2 };
}

/* ---- the kernel's part ---- */

/* Loads code as an XDP program; prints the verifier's log if it is refused. */
static inline int load_code(const struct code *code)
{
	static char log[1 << 20];
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .log_buf = log,
		    .log_size = sizeof(log), .log_level = 1,
		    .func_info = code->funcs, .func_info_cnt = code->nr_funcs,
		    .func_info_rec_size = sizeof(*code->funcs),
		    .line_info = code->lines, .line_info_cnt = code->nr_lines,
		    .line_info_rec_size = sizeof(*code->lines));
	int fd;

	if (code->btf) {
		assert_int_equal(btf__load_into_kernel(code->btf), 0);
		opts.prog_btf_fd = btf__fd(code->btf);
	}
	fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "xdplab_chain", "GPL",
			   code->insns, code->nr_insns, &opts);
	if (fd < 0)
		print_error("%s\n", log);
	assert_true(fd >= 0);
	return fd;
}

static inline void plan_and_fuse(struct code *code, struct fuse_stage *stages,
				 size_t nr, const struct fuse_opts *opts)
{
	static const struct fuse_opts none;

	assert_int_equal(fuse_plan(stages, nr), 0);
	assert_int_equal(fuse(code, stages, nr, opts ?: &none), 0);
}

static inline uint32_t run_fused(struct fuse_stage *stages, size_t nr,
				 const struct fuse_opts *opts)
{
	struct xdplab_run_result result;
	struct code code;
	int fd;

	plan_and_fuse(&code, stages, nr, opts);
	fd = load_code(&code);
	assert_int_equal(
		xdplab_run(fd, packet, sizeof(packet), NULL, 0, &result, NULL),
		0);
	close(fd);
	btf__free(code.btf);
	code_free(&code);
	return result.verdict;
}

/* ---- what it has to return ---- */

/* What a chain of two has to return, as the words of lib/fuse/fuse.h have it. */
static inline uint32_t oracle(uint32_t first, uint32_t second, uint32_t actions)
{
	bool goes_on = first < FUSE_VERDICTS && actions & 1u << first;

	return goes_on ? second : first;
}

#endif
