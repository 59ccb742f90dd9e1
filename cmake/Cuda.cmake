# Decides whether the CUDA backend is built, and for which architectures.
include(CheckLanguage)

set(LOSSCAST_HAS_CUDA OFF)
if(NOT LOSSCAST_CUDA STREQUAL "OFF")
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    set(LOSSCAST_HAS_CUDA ON)
  elseif(LOSSCAST_CUDA STREQUAL "ON")
    message(FATAL_ERROR "LOSSCAST_CUDA=ON, but no nvcc was found (the CUDA backend needs it). "
                        "Install the CUDA Toolkit, or configure with -DLOSSCAST_CUDA=OFF.")
  else()
    message(STATUS "No nvcc found: building the CPU backend only")
  endif()
endif()

if(LOSSCAST_HAS_CUDA)
  if(NOT CMAKE_CUDA_ARCHITECTURES)
    # `native` fails at configure time where there is no GPU, so ask the driver first.
    execute_process(COMMAND nvidia-smi --query-gpu=compute_cap --format=csv,noheader
                    OUTPUT_VARIABLE capability ERROR_QUIET RESULT_VARIABLE no_gpu)
    if(no_gpu)
      set(CMAKE_CUDA_ARCHITECTURES "80-real;90" CACHE STRING "CUDA architectures (90 carries PTX for newer chips)")
    else()
      set(CMAKE_CUDA_ARCHITECTURES native CACHE STRING "CUDA architectures")
    endif()
  endif()
  enable_language(CUDA)
  set(CMAKE_CUDA_STANDARD 20)
  find_package(CUDAToolkit REQUIRED)
  message(STATUS "CUDA backend: nvcc ${CMAKE_CUDA_COMPILER_VERSION}, architectures ${CMAKE_CUDA_ARCHITECTURES}")
endif()
