# The one place for compiler flags: every target links qk_flags privately and sets none itself.
add_library(qk_flags INTERFACE)
target_compile_options(qk_flags INTERFACE
  -Wall -Wextra -Wpedantic $<$<NOT:$<BOOL:${QK_UNITY}>>:-Wshadow> -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wswitch-enum -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false positives of these inside libstdc++ and Boost at -O2 and under sanitizers.
  target_compile_options(qk_flags INTERFACE -Wno-maybe-uninitialized -Wno-restrict
    -Wno-array-bounds -Wno-mismatched-new-delete -Wno-stringop-overflow -Wno-stringop-overread -Wno-dangling-pointer
    -Wno-missing-field-initializers)
  if(QK_UNITY)  # a group is no header: its unnamed namespaces are seen by nobody else
    target_compile_options(qk_flags INTERFACE -Wno-subobject-linkage)
  endif()
else()
  # libstdc++ 12 itself calls what it calls deprecated, inside std::stable_sort.
  target_compile_options(qk_flags INTERFACE -Wno-missing-field-initializers
    -Wno-unused-command-line-argument -Wno-deprecated-declarations)
endif()
if(QK_WERROR)
  target_compile_options(qk_flags INTERFACE -Werror)
endif()
if(QK_SANITIZE)
  set(sanitize -fsanitize=${QK_SANITIZE})
  if(QK_SANITIZE MATCHES "address")
    # The code of tests is not instrumented, which is two thirds of what compiling them costs: what they test is. A
    # race has two sides, so ThreadSanitizer sees all.
    set(sanitize $<$<NOT:$<BOOL:$<TARGET_PROPERTY:QK_TESTS_ALONE>>>:${sanitize}>)
  endif()
  target_compile_options(qk_flags INTERFACE ${sanitize} -fno-omit-frame-pointer)
  target_link_options(qk_flags INTERFACE -fsanitize=${QK_SANITIZE})
  if(QK_SANITIZE MATCHES "undefined")
    target_compile_options(qk_flags INTERFACE -fno-sanitize-recover=undefined)
  endif()
  if(QK_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(qk_flags INTERFACE -Wno-tsan)  # Asio's atomic_thread_fence
  endif()
endif()
target_compile_definitions(qk_flags INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_HAS_CO_AWAIT BOOST_ALLOW_DEPRECATED_HEADERS
  BOOST_ASIO_SEPARATE_COMPILATION)  # its bodies are compiled once, in daemon/base/asio.cpp
target_include_directories(qk_flags INTERFACE ${PROJECT_SOURCE_DIR})

# Headers of others, read once per target: for most files that is half of what compiling them costs. By default
# with g++ only, so that under the second compiler every file still has to include what it uses.
set(QK_STANDARD_HEADERS <algorithm> <array> <chrono> <cmath> <functional> <map> <memory> <optional> <set>
  <span> <string> <string_view> <utility> <variant> <vector>)
set(QK_TEXT_HEADERS ${QK_STANDARD_HEADERS} <boost/json.hpp> <fmt/format.h>)
set(QK_BASE_HEADERS ${QK_TEXT_HEADERS} <boost/asio/any_io_executor.hpp>
  <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/post.hpp>
  <boost/asio/redirect_error.hpp> <boost/asio/steady_timer.hpp> <boost/asio/use_awaitable.hpp>)
set(QK_DAEMON_HEADERS ${QK_BASE_HEADERS} <SQLiteCpp/SQLiteCpp.h>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(QK_PRECOMPILE_DEFAULT ON)
else()
  set(QK_PRECOMPILE_DEFAULT OFF)
endif()
option(QK_PRECOMPILE "Precompile the headers of others." ${QK_PRECOMPILE_DEFAULT})
function(qk_precompile target)
  if(NOT QK_PRECOMPILE)
    return()
  endif()
  target_precompile_headers(${target} PRIVATE ${ARGN})
  # Lets ccache see what a precompiled header stands for.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  else()
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endfunction()
