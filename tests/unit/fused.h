/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fused.h - instruction by instruction, what fuse() makes of stages
 *
 * Behind lib/fuse/fuse.h and cmocka.h.
 */
#ifndef FUSED_H
#define FUSED_H

#include <linux/bpf.h>
#include <stdint.h>
#include <string.h>

#include <bpf/btf.h>

#define PASS (1u << XDP_PASS)

/* ---- instructions, as in the verifier's log ---- */

static inline struct bpf_insn op(uint8_t code, uint8_t dst, uint8_t src,
				 int16_t off, int32_t imm)
{
	return (struct bpf_insn){ .code = code,
				  .dst_reg = dst,
				  .src_reg = src,
				  .off = off,
				  .imm = imm };
}

#define MOV(dst, imm)		op(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm)
#define MOV_REG(dst, src)	op(BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0)
#define MOV32_REG(dst, src)	op(BPF_ALU | BPF_MOV | BPF_X, dst, src, 0, 0)
#define ADD(dst, imm)		op(BPF_ALU64 | BPF_ADD | BPF_K, dst, 0, 0, imm)
#define ADD_REG(dst, src)	op(BPF_ALU64 | BPF_ADD | BPF_X, dst, src, 0, 0)
#define SUB_REG(dst, src)	op(BPF_ALU64 | BPF_SUB | BPF_X, dst, src, 0, 0)
#define AND(dst, imm)		op(BPF_ALU64 | BPF_AND | BPF_K, dst, 0, 0, imm)
#define LSH(dst, imm)		op(BPF_ALU64 | BPF_LSH | BPF_K, dst, 0, 0, imm)
#define RSH_REG(dst, src)	op(BPF_ALU64 | BPF_RSH | BPF_X, dst, src, 0, 0)
#define LOAD(dst, src, off)	op(BPF_LDX | BPF_MEM | BPF_DW, dst, src, off, 0)
#define LOAD32(dst, src, off)	op(BPF_LDX | BPF_MEM | BPF_W, dst, src, off, 0)
#define STORE(dst, off, src)	op(BPF_STX | BPF_MEM | BPF_DW, dst, src, off, 0)
#define JUMP(off)		op(BPF_JMP | BPF_JA, 0, 0, off, 0)
#define IF(what, dst, imm, off) op(BPF_JMP32 | (what) | BPF_K, dst, 0, off, imm)
/* An instruction of two, by what its imm means. */
#define WIDE(dst, src, imm)                                                    \
	op(BPF_LD | BPF_IMM | BPF_DW, dst, src, 0, imm), op(0, 0, 0, 0, 0)
#define CALLBACK(dst, imm) WIDE(dst, BPF_PSEUDO_FUNC, imm)
#define HELPER(id)	   op(BPF_JMP | BPF_CALL, 0, 0, 0, id)
#define CALL(imm)	   op(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, imm)
#define EXIT		   op(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

#define INSNS(...) ((struct bpf_insn[]){ __VA_ARGS__ })
#define NR(...)	   (sizeof(INSNS(__VA_ARGS__)) / sizeof(struct bpf_insn))
#define CODE(...)                                                              \
	{                                                                      \
		.insns = INSNS(__VA_ARGS__), .nr_insns = NR(__VA_ARGS__)       \
	}

/* ---- pieces of glue ---- */

/* The context and what else is kept, in registers. */
#define TO_CONTEXT(reg)	  MOV_REG(reg, 1)
#define FROM_CONTEXT(reg) MOV_REG(1, reg)
/* A stage that only returns a verdict, and that stage inlined. */
#define RETURN(verdict)	     MOV(0, verdict), EXIT
#define INLINED(verdict)     MOV(0, verdict), JUMP(0)
#define GO_ON_AFTER(verdict) IF(BPF_JEQ, 0, verdict, 1), EXIT
/* Names all registers that could keep something. */
#define BUSY MOV(6, 0), MOV(7, 0), MOV(8, 0), MOV(9, 0)
/* The length in r2, ROWS * ROW_SIZE bytes of counters in each map, and the row
 * in r1. */
#define LENGTH LOAD32(2, 1, 4), LOAD32(3, 1, 0), SUB_REG(2, 3)
#define ROW(fd)                                                                \
	HELPER(BPF_FUNC_get_smp_processor_id), AND(0, ROWS - 1),               \
		LSH(0, ROW_SHIFT), WIDE(1, BPF_PSEUDO_MAP_VALUE, fd),          \
		ADD_REG(1, 0)
/* Nobody names r6 to r9: the row is in r9, the length in r8. */
#define TO_LENGTH    LENGTH, MOV_REG(8, 2)
#define FIND_ROW(fd) ROW(fd), MOV_REG(9, 1)
#define ADD_PACKET(base, off)                                                  \
	LOAD(2, base, off), ADD(2, 1), STORE(base, off, 2),                    \
		LOAD(2, base, (off) + 8), ADD_REG(2, 8),                       \
		STORE(base, (off) + 8, 2)
#define VERDICT                                                                \
	MOV32_REG(1, 0), IF(BPF_JLT, 1, FUSE_VERDICTS, 1), MOV(1, 0), LSH(1, 4)
#define COUNT(off) VERDICT, ADD_REG(1, 9), ADD_PACKET(1, off)
#define COUNT_AND_GO_ON_AFTER(verdict, off)                                    \
	IF(BPF_JEQ, 0, verdict, 12), COUNT(off), EXIT,                         \
		ADD_PACKET(9, (off) + 16 * (verdict))
#define TAIL_CALL(fd, slot)                                                    \
	WIDE(2, BPF_PSEUDO_MAP_FD, fd), MOV(3, slot),                          \
		HELPER(BPF_FUNC_tail_call), MOV(0, XDP_ABORTED), EXIT

#define ROWS	  8
#define ROW_SHIFT 8 /* three stages of 80 bytes in a row */

static const int map_fds[] = { 21, 22 };
static const struct fuse_opts counting = {
	.counts = { .map_fds = map_fds,
		    .rows = ROWS,
		    .row_size = 1 << ROW_SHIFT },
	.slots_fd = 23,
};

/* ---- what comes of them ---- */

static inline void print_insn(const char *what, size_t i,
			      const struct bpf_insn *insn)
{
	print_error("%s %zu: code %#x dst %u src %u off %d imm %d\n", what, i,
		    insn->code, insn->dst_reg, insn->src_reg, insn->off,
		    insn->imm);
}

static inline void expect_insns(const struct code *code,
				const struct bpf_insn *wanted, size_t nr)
{
	for (size_t i = 0; i < nr && i < code->nr_insns; i++) {
		if (!memcmp(&code->insns[i], &wanted[i], sizeof(*wanted)))
			continue;
		print_insn("got", i, &code->insns[i]);
		print_insn("not", i, &wanted[i]);
		assert_memory_equal(&code->insns[i], &wanted[i],
				    sizeof(*wanted));
	}
	assert_int_equal(code->nr_insns, nr);
}

static inline void drop(struct code *code)
{
	btf__free(code->btf);
	code_free(code);
}

static inline void expect_fused(struct fuse_stage *stages, size_t nr,
				const struct fuse_opts *opts,
				const struct bpf_insn *wanted, size_t nr_wanted)
{
	struct code code;

	assert_int_equal(fuse(&code, stages, nr, opts), 0);
	expect_insns(&code, wanted, nr_wanted);
	drop(&code);
}

#define EXPECT(stages, opts, ...)                                              \
	expect_fused(stages, ARRAY_SIZE(stages), opts, INSNS(__VA_ARGS__),     \
		     NR(__VA_ARGS__))

/* ---- stages ---- */

static inline struct fuse_stage inlined(const struct code *code)
{
	return (struct fuse_stage){ .code = code,
				    .name = "stage",
				    .actions = PASS,
				    .counter = FUSE_UNCOUNTED };
}

static inline struct fuse_stage called(const struct code *code)
{
	struct fuse_stage stage = inlined(code);

	stage.how = XDPLAB_STAGE_CALLED;
	return stage;
}

static inline struct fuse_stage tail_called(const struct code *code,
					    uint32_t slot)
{
	struct fuse_stage stage = inlined(code);

	stage.how = XDPLAB_STAGE_TAIL_CALLED;
	stage.slot = slot;
	return stage;
}

static inline struct fuse_stage counted(struct fuse_stage stage,
					uint32_t counter)
{
	stage.counter = counter;
	return stage;
}

static inline struct fuse_stage going_on(struct fuse_stage stage,
					 uint32_t actions)
{
	stage.actions = actions;
	return stage;
}

#endif
