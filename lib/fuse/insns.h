/* SPDX-License-Identifier: LGPL-2.1-only */
/* insns.h - the instructions that the glue between stages is made of */
#ifndef FUSE_INSNS_H
#define FUSE_INSNS_H

#include <linux/bpf.h>

#define MOV64_REG(dst, src)                                                    \
	{                                                                      \
		BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0                    \
	}
#define MOV32_REG(dst, src)                                                    \
	{                                                                      \
		BPF_ALU | BPF_MOV | BPF_X, dst, src, 0, 0                      \
	}
#define MOV64_IMM(dst, imm)                                                    \
	{                                                                      \
		BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm                    \
	}
#define ALU64_IMM(op, dst, imm)                                                \
	{                                                                      \
		BPF_ALU64 | (op) | BPF_K, dst, 0, 0, imm                       \
	}
#define ALU64_REG(op, dst, src)                                                \
	{                                                                      \
		BPF_ALU64 | (op) | BPF_X, dst, src, 0, 0                       \
	}
#define LOAD64(dst, src, off)                                                  \
	{                                                                      \
		BPF_LDX | BPF_MEM | BPF_DW, dst, src, off, 0                   \
	}
#define LOAD32(dst, src, off)                                                  \
	{                                                                      \
		BPF_LDX | BPF_MEM | BPF_W, dst, src, off, 0                    \
	}
#define STORE64(dst, off, src)                                                 \
	{                                                                      \
		BPF_STX | BPF_MEM | BPF_DW, dst, src, off, 0                   \
	}
#define JUMP32_IMM(op, dst, imm, off)                                          \
	{                                                                      \
		BPF_JMP32 | (op) | BPF_K, dst, 0, off, imm                     \
	}
#define CALL_HELPER(id)                                                        \
	{                                                                      \
		BPF_JMP | BPF_CALL, 0, 0, 0, id                                \
	}
#define CALL_SUBPROGRAM                                                        \
	{                                                                      \
		BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 0                   \
	}
#define EXIT                                                                   \
	{                                                                      \
		BPF_JMP | BPF_EXIT, 0, 0, 0, 0                                 \
	}
/* A map, and a pointer into the value of an array map; two instructions. */
#define MAP_FD(dst, fd)                                                        \
	{ BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_FD, 0, fd },          \
	{                                                                      \
		0, 0, 0, 0, 0                                                  \
	}
#define MAP_VALUE(dst, fd)                                                     \
	{ BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_VALUE, 0, fd },       \
	{                                                                      \
		0, 0, 0, 0, 0                                                  \
	}

#endif
