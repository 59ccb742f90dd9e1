"""The CUDA kernels that CuPy compiles: one path a thread, normals of cuRAND's Philox.

Both get K_DT, LEVEL, NOISE and SCHEDULES as macros, and HILL as 1 or 0.
"""

# lr: (steps, schedules). totals: (1, paths), the sum over the schedules.
PLAIN = r"""
#include <curand_kernel.h>

extern "C" __global__ void integrate(const float* lr, int steps, int paths, unsigned long long seed,
                                     unsigned long long first_path, float* totals) {
  int path = blockIdx.x * blockDim.x + threadIdx.x;
  if (path >= paths) return;
  curandStatePhilox4_32_10_t random;
  curand_init(seed, first_path + path, 0, &random);

  float v[SCHEDULES];
  for (int s = 0; s < SCHEDULES; ++s) v[s] = LEVEL;
  for (int i = 0; i < steps; ++i) {
    float z = curand_normal(&random);
    for (int s = 0; s < SCHEDULES; ++s) {
      float g = K_DT * lr[i * SCHEDULES + s];
      float l = LEVEL * lr[i * SCHEDULES + s];
      if (HILL) {
        float part = fmaxf(v[s], 0.0f);
        v[s] += g * (l - part) + sqrtf(NOISE * g * l * part) * z;
      } else {
        v[s] += g * (l - v[s]) + l * sqrtf(NOISE * g) * z;
      }
    }
  }

  float total = 0.0f;
  for (int s = 0; s < SCHEDULES; ++s) total += v[s];
  totals[path] = total;
}
"""

# K schedules in the registers of a thread. Their tables are read as float4, the same for all threads of a warp, so that
# they come from cache in one transaction. Philox gives four normals a call, for four steps.
# lr and, for the linear SDE, lr^1.5: (steps, schedules padded to whole groups of K).
# totals: (groups of K, paths), the sum over the group's schedules.
TUNED = r"""
#include <curand_kernel.h>

template <int K>
__global__ void __launch_bounds__(128)
    integrate(const float4* __restrict__ lr, const float4* __restrict__ lr_to_1_5, int steps, int paths,
              unsigned long long seed, unsigned long long first_path, float* __restrict__ totals) {
  const int path = blockIdx.x * blockDim.x + threadIdx.x;
  if (path >= paths) return;
  const int group = blockIdx.y;

  curandStatePhilox4_32_10_t random;
  curand_init(seed, first_path + path, 0, &random);
  float v[K];
#pragma unroll
  for (int k = 0; k < K; ++k) v[k] = LEVEL;

  const auto step = [&](int i, float z) {
    const float noise = z * (HILL ? sqrtf(NOISE * K_DT * LEVEL) : LEVEL * sqrtf(NOISE * K_DT));
#pragma unroll
    for (int q = 0; q < K / 4; ++q) {
      const long long place = ((long long)i * gridDim.y + group) * (K / 4) + q;
      const float4 lrs = __ldg(&lr[place]), scales = HILL ? lrs : __ldg(&lr_to_1_5[place]);
      const float x_of[4] = {lrs.x, lrs.y, lrs.z, lrs.w}, scale_of[4] = {scales.x, scales.y, scales.z, scales.w};
#pragma unroll
      for (int j = 0; j < 4; ++j) {
        const float x = x_of[j];
        float& now = v[4 * q + j];
        const float part = HILL ? fmaxf(now, 0.0f) : now;
        now += K_DT * x * (LEVEL * x - part) + scale_of[j] * (HILL ? sqrtf(part) * noise : noise);
      }
    }
  };
  int i = 0;
  for (; i + 4 <= steps; i += 4) {
    const float4 z = curand_normal4(&random);
    step(i, z.x);
    step(i + 1, z.y);
    step(i + 2, z.z);
    step(i + 3, z.w);
  }
  for (; i < steps; ++i) step(i, curand_normal(&random));

  float total = 0.0f;
#pragma unroll
  for (int k = 0; k < K; ++k)
    if (group * K + k < SCHEDULES) total += v[k];
  totals[(long long)group * paths + path] = total;
}
"""
