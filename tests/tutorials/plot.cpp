#include "tutorials/support/plot.hpp"

#include <doctest/doctest.h>
#include <png.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "tests/nn/io/temporary_folder.hpp"

using autograd::Error;
using tutorials::Plot;

namespace {

bool has_gnuplot() {
    const bool found = std::system("command -v gnuplot > /dev/null") == 0;
    if (!found) MESSAGE("skipped: there is no gnuplot");
    return found;
}

struct Picture {
    std::size_t width = 0, height = 0;
    std::vector<std::uint8_t> pixels;  // red, green, blue

    explicit Picture(const std::filesystem::path& path) {
        png_image image{};
        image.version = PNG_IMAGE_VERSION;
        REQUIRE(png_image_begin_read_from_file(&image, path.c_str()));
        image.format = PNG_FORMAT_RGB;
        width = image.width;
        height = image.height;
        pixels.resize(PNG_IMAGE_SIZE(image));
        REQUIRE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr));
    }

    /// How many pixels have just this colour.
    std::size_t count(unsigned colour) const {
        std::size_t found = 0;
        for (std::size_t i = 0; i < pixels.size(); i += 3)
            found += (pixels[i] << 16 | pixels[i + 1] << 8 | pixels[i + 2]) == int(colour) ? 1 : 0;
        return found;
    }

    /// The mean place of the pixels of this colour.
    struct Place {
        double x, y;
    };
    Place centre(unsigned colour) const {
        double x = 0, y = 0;
        for (std::size_t i = 0; i < width * height; ++i) {
            const auto* p = &pixels[3 * i];
            if ((p[0] << 16 | p[1] << 8 | p[2]) != int(colour)) continue;
            x += double(i % width), y += double(i / width);
        }
        return {x / double(count(colour)), y / double(count(colour))};
    }
};

/// What a function says on the standard error output, its children included.
template <class Function>
std::string complaints(const Function& function) {
    const TemporaryFolder folder;
    std::fflush(stderr);
    const int before = ::dup(STDERR_FILENO);
    REQUIRE(std::freopen((folder / "errors").c_str(), "w", stderr));
    function();
    std::fflush(stderr);
    ::dup2(before, STDERR_FILENO);
    ::close(before);
    return bytes_of(folder / "errors");
}

constexpr unsigned blue = 0x0072B2, vermilion = 0xD55E00, green = 0x009E73;
const Plot::Numbers three{1, 2, 3};

}  // namespace

TEST_CASE("a plot draws each layer in its own colour") {
    if (!has_gnuplot()) return;
    const TemporaryFolder folder;
    Plot{{.title = "it's a {test}_1", .x = "epoch", .y = "nats per image"}}
        .line("train", three, {3, 2, 1.5})
        .points("a 'quoted' label", three, {2, 1, 3})
        .save(folder / "plot.png");
    const Picture picture(folder / "plot.png");
    CHECK(picture.width == 1200);
    CHECK(picture.height == 800);
    CHECK(picture.count(blue) > 1000);
    CHECK(picture.count(vermilion) > 100);
    CHECK(picture.count(green) == 0);
    CHECK(folder.entries() == 1);
}

TEST_CASE("every kind of layer can be drawn") {
    if (!has_gnuplot()) return;
    const TemporaryFolder folder;
    const auto count = [&](const Plot& plot, unsigned colour) {
        plot.save(folder / "plot.png");
        return Picture(folder / "plot.png").count(colour);
    };
    const auto draws = [&](const Plot& plot, unsigned colour) { return count(plot, colour) > 20; };
    const Plot empty{{.x = "x", .y = "y"}};
    CHECK(draws(Plot(empty).error_bars("a", three, three, {0.1, 0.2, 0.3}), blue));
    CHECK(draws(Plot(empty).line("a", three, three).level("floor", 1.5), 0x777777));
    const auto contour = Plot(empty).contour(three, {1.5, 1.5, 1.5}).line("a", three, three);
    CHECK(draws(contour, 0xAAAAAA));
    CHECK(draws(contour, blue));  // contours take no colour from the layers
    CHECK(draws(Plot(empty).contour(three, {1.5, 1.5, 1.5}, 3), 0x117733));  // the fourth class
    const auto line = Plot{{.x = "x", .y = "y", .x_range = {{0, 4}}, .y_range = {{0, 2}}}}.line(
        "a", {1, 2}, {1, 1});
    CHECK(count(Plot(line).continuation({2, 3}, {1, 1}), blue) > count(line, blue));
    CHECK(draws(Plot(empty).arrows("a", three, three, three, three), blue));
    CHECK(draws(Plot(empty).bars("a", {"x", "\"y\""}, {1, -2}).bars("b", {"x", "y"}, {2, 1}),
                vermilion));
    CHECK(draws(Plot(empty).histogram("a", {1, 2, 2, 3, 3, 3}, 3), 0x7FB8D8));
    CHECK(draws(Plot(empty).histogram("a", {NAN, 1, 2, 2, -INFINITY, 3, INFINITY}, 3), 0x7FB8D8));
    const auto points = autograd::array({3, 2}, {0, 0, 1, 1, 2, 0});
    CHECK(draws(Plot(empty).scatter(points, {0, 1, 1}, {"even", "odd"}), 0x332288));
    CHECK(draws(Plot{{.x = "h", .y = "error", .log_x = true, .log_y = true}}.line(
                    "", {1e-8, 1e-4, 1}, {1e-3, 1e-9, 1}),
                blue));
    CHECK(draws(Plot{{.x = "x", .y = "y", .same_scale = true, .x_range = {{0, 9}}, .legend = false}}
                    .line("", three, {1, NAN, 2})
                    .line("", three, {INFINITY, 1, 2}),
                vermilion));
}

TEST_CASE("several plots make one picture") {
    if (!has_gnuplot()) return;
    const TemporaryFolder folder;
    Plot first{{.x = "x", .y = "y"}}, second{{.x = "x", .y = "y"}};
    first.line("", three, three);
    second.points("", {}, {}).points("", three, three);
    tutorials::save_plots(folder / "both.png", {first, second, first}, 2);
    const Picture picture(folder / "both.png");
    CHECK(picture.width == 1600);
    CHECK(picture.height == 1400);
    CHECK(picture.count(blue) > 1000);
    CHECK(picture.count(vermilion) > 100);

    tutorials::save_plots(folder / "three.png", {first, second, first}, 3);
    CHECK(Picture(folder / "three.png").width == 1680);
}

TEST_CASE("plots are drawn without complaint, one or several in a picture") {
    if (!has_gnuplot()) return;
    const TemporaryFolder folder;
    Plot plot{{.x = "x", .y = "y"}};
    plot.line("a line", three, {1, 3, 2}).bars("bars", {"a", "b", "c"}, {1, 2, 3});
    plot.labels({"one", "two", "three"}, three, three);
    plot.image(autograd::full({2, 2}, 0), {0, 1}, {0, 1});
    CHECK(complaints([&] { plot.save(folder / "one.png"); }) == "");
    CHECK(complaints([&] { tutorials::save_plots(folder / "two.png", {plot, plot}, 2); }) == "");
}

TEST_CASE("a single place is drawn without complaint") {
    if (!has_gnuplot()) return;
    const TemporaryFolder folder;
    const auto said = complaints([&] {
        for (const bool log_x : {false, true})
            Plot{{.x = "epoch", .y = "loss", .log_x = log_x}}
                .line("train", {1}, {3})
                .line("test", {1}, {4})
                .save(folder / (log_x ? "log.png" : "plot.png"));
    });
    CHECK(said == "");
    for (const char* file : {"plot.png", "log.png"}) {
        CHECK(Picture(folder / file).count(blue) > 20);
        CHECK(Picture(folder / file).count(vermilion) > 20);
    }
}

TEST_CASE("a plot refuses what it cannot draw") {
    CHECK_THROWS_AS(Plot({.x = "epoch", .y = ""}), Error);
    CHECK_THROWS_AS(Plot({.x = "", .y = "loss"}), Error);
    Plot plot{{.x = "x", .y = "y"}};
    CHECK_THROWS_AS(plot.save("never.png"), Error);
    CHECK_THROWS_AS(plot.line("", three, {1, 2}), Error);
    CHECK_THROWS_AS(plot.error_bars("", three, three, {1}), Error);
    CHECK_THROWS_AS(plot.arrows("", three, three, three, {1}), Error);
    CHECK_THROWS_AS(plot.bars("", {"one"}, three), Error);
    CHECK_THROWS_AS(plot.histogram("", {}), Error);
    CHECK_THROWS_AS(plot.histogram("", {NAN, INFINITY}), Error);
    const auto points = autograd::array({2, 2}, {0, 0, 1, 1});
    CHECK_THROWS_AS(plot.scatter(points, {0}, {"a"}), Error);
    CHECK_THROWS_AS(plot.scatter(points, {0, 1}, {"a"}), Error);
    CHECK_THROWS_AS(plot.save("never.png"), Error);  // nothing was added
}

TEST_CASE("a plot that cannot be written leaves things as they were") {
    if (!has_gnuplot()) return;
    const TemporaryFolder folder;
    Plot plot{{.x = "x", .y = "y"}};
    plot.line("", three, three);
    CHECK_THROWS_AS(plot.save(folder / "nowhere" / "plot.png"), Error);
    std::filesystem::create_directories(folder / "plot.png" / "full");
    CHECK_THROWS_AS(plot.save(folder / "plot.png"), Error);
    CHECK(folder.entries() == 1);
}

TEST_CASE("a picture may have any name, and the environment may name any terminal") {
    if (!has_gnuplot()) return;
    const TemporaryFolder folder;
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path);
    setenv("GNUTERM", "qt", 1);
    Plot plot{{.x = "x", .y = "y"}};
    plot.line("", three, three);
    for (const std::string name :
         {"~", "|touch pwned;", "it's", "new\nline", "\"$(touch pwned)\"", "-x"})
        for (const std::filesystem::path path : {name + ".png", name + "/plot.png"}) {
            CAPTURE(path);
            if (path.has_parent_path()) std::filesystem::create_directory(name);
            CHECK(complaints([&] { plot.save(path); }) == "");
            CHECK(Picture(path).count(blue) > 20);
        }
    unsetenv("GNUTERM");
    std::filesystem::current_path(before);
    CHECK(folder.entries() == 12);  // the pictures and the folders, nothing else
}

TEST_CASE("when the disk is full the old picture stays and nothing else does") {
    if (!has_gnuplot()) return;
    const TemporaryFolder folder;
    const auto path = folder / "plot.png";
    put_bytes(path, "the old picture");
    Plot plot{{.x = "x", .y = "y"}};
    plot.line("", three, three);

    // A limit on the size of files fails like a full disk: after the first bytes were written.
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{1000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    CHECK_THROWS_WITH_AS(plot.save(path),
                         ("[plot] gnuplot left " + path.string() + " unfinished").c_str(), Error);
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old_handler);

    CHECK(bytes_of(path) == "the old picture");
    CHECK(folder.entries() == 1);
}

TEST_CASE("Ctrl-C waits until a picture is drawn") {
    if (!has_gnuplot()) return;
    const TemporaryFolder folder;
    std::cout.flush();  // or the child would write it once more
    const pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);  // with gnuplot, as on a terminal
        std::signal(SIGINT, SIG_DFL);
        if (!std::freopen((folder / "errors").c_str(), "w", stderr)) _exit(2);
        Plot::Numbers many(50000);
        for (std::size_t i = 0; i < many.size(); ++i) many[i] = std::sin(double(i));
        Plot{{.x = "x", .y = "y"}}.points("", many, many).save(folder / "plot.png");
        _exit(3);
    }
    const auto of_child = "/proc/" + std::to_string(child) + "/task/" + std::to_string(child);
    for (int i = 0; i < 30000 && bytes_of(of_child + "/children").empty(); ++i) usleep(1000);
    usleep(50000);  // in the midst of the numbers
    kill(-child, SIGINT);
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGINT);
    CHECK(Picture(folder / "plot.png").count(blue) > 20);
    CHECK(bytes_of(folder / "errors").empty());
}

namespace {

/// What drawing twice says where `folder` is all that is searched for programs, and whether it was
/// forgiven.
std::pair<bool, std::string> drawing_with(const TemporaryFolder& programs) {
    const TemporaryFolder folder;
    std::cout.flush();  // or the child would write it once more
    const pid_t child = fork();
    if (child == 0) {
        setenv("PATH", programs.path.c_str(), 1);
        if (!std::freopen((folder / "errors").c_str(), "w", stderr)) _exit(2);
        try {
            Plot plot{{.x = "x", .y = "y"}};
            plot.line("", three, three);
            plot.save(folder / "a.png");
            plot.save(folder / "b.png");
        } catch (const Error& error) {
            std::cerr << error.what() << std::endl;
            _exit(3);
        }
        std::fflush(stderr);
        _exit(0);
    }
    int status = 1;
    waitpid(child, &status, 0);
    CHECK(folder.entries() == 1);
    return {status == 0, bytes_of(folder / "errors")};
}

void put_program(const std::filesystem::path& path, const std::string& script) {
    put_bytes(path, "#!/bin/sh\n" + script);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

}  // namespace

TEST_CASE("without a gnuplot that draws there are no figures and the run goes on") {
    const TemporaryFolder programs;
    const std::pair none{true, std::string("No figures: gnuplot is not here (apt install "
                                           "gnuplot-nox).\n")};
    CHECK(drawing_with(programs) == none);
    std::filesystem::create_directory(programs / "gnuplot");
    CHECK(drawing_with(programs) == none);

    std::filesystem::remove(programs / "gnuplot");
    put_program(programs / "gnuplot", "exit 1");
    CHECK(drawing_with(programs) ==
          std::pair{true, std::string("No figures: this gnuplot cannot draw PNG files (apt install "
                                      "gnuplot-nox).\n")});
}

TEST_CASE("a gnuplot that draws, but not this, is an error") {
    const TemporaryFolder programs;
    put_program(programs / "gnuplot", "read terminal; read more && exit 1; exit 0");
    const auto [forgiven, errors] = drawing_with(programs);
    CHECK_FALSE(forgiven);
    CHECK(errors.starts_with("[plot] gnuplot cannot draw /"));
}

TEST_CASE("a picture follows a link") {
    if (!has_gnuplot()) return;
    const TemporaryFolder folder;
    put_bytes(folder / "there.png", "old");
    std::filesystem::create_symlink("there.png", folder / "here.png");
    Plot plot{{.x = "x", .y = "y"}};
    plot.line("", three, three);
    plot.save(folder / "here.png");
    CHECK(std::filesystem::is_symlink(folder / "here.png"));
    CHECK(Picture(folder / "there.png").count(blue) > 20);
}

TEST_CASE("rows of images stand one above the other") {
    const TemporaryFolder folder;
    const auto black = autograd::full({3, 4}, 0), white = autograd::full({3, 4}, 1);
    tutorials::save_image_rows(folder / "rows.png", {black, white}, {2, 2, 1}, 5);
    const Picture picture(folder / "rows.png");
    CHECK(picture.count(0) == 3 * 100);
    CHECK(picture.pixels[0] == 0);
    CHECK(picture.pixels[picture.pixels.size() - 1] == 255);
    CHECK_THROWS_AS(tutorials::save_image_rows(folder / "no.png",
                                               {black, autograd::full({2, 4}, 0)}, {2, 2, 1}),
                    Error);
    CHECK_THROWS_AS(tutorials::save_image_rows(folder / "no.png", {}, {2, 2, 1}), Error);
}

TEST_CASE("an image lies in its place in a plot, its first row at the top") {
    if (!has_gnuplot()) return;
    const TemporaryFolder folder;
    const auto checkered = autograd::array({2, 2}, {0, 1, 1, 0.5});
    Plot{{.x = "x", .y = "y", .x_range = {{0, 4}}, .y_range = {{0, 4}}}}
        .image(checkered, {1, 3}, {1, 3})
        .save(folder / "image.png");
    const Picture picture(folder / "image.png");
    // A quarter of the plot's width and height: black at the top left, grey at the bottom right.
    const std::size_t black = picture.count(0x000000), grey = picture.count(0x808080);
    CHECK(black > 10000);
    CHECK(grey > 10000);
    CHECK(picture.centre(0x000000).x < picture.centre(0x808080).x);
    CHECK(picture.centre(0x000000).y < picture.centre(0x808080).y);
    CHECK_THROWS_AS(Plot({.x = "x", .y = "y"}).image(autograd::array({2}, {0, 1}), {0, 1}, {0, 1}),
                    Error);
}

TEST_CASE("rows of images with names show every image in its grey, and may differ in length") {
    if (!has_gnuplot()) return;
    const TemporaryFolder folder;
    const auto grey = autograd::full({3, 4}, autograd::Real(0.2));  // three images of 2 × 2
    const auto dark = autograd::full({2, 4}, autograd::Real(0.6));
    const auto path = folder / "rows.png";
    tutorials::save_named_rows(path, {{"three", grey}, {"two of them", dark}}, {2, 2, 1}, 10);
    const Picture picture(path);
    // Pixels at an edge may be mixed with the white around.
    CHECK(double(picture.count(0x333333)) == doctest::Approx(3 * 400).epsilon(0.1));
    CHECK(double(picture.count(0x999999)) == doctest::Approx(2 * 400).epsilon(0.1));
    CHECK_THROWS_AS(tutorials::save_named_rows(path, {{"a row", grey}}, {3, 2, 1}), Error);
    CHECK_THROWS_AS(tutorials::save_named_rows(path, {}, {2, 2, 1}), Error);
}

TEST_CASE("the name of a row may hold a per cent sign") {
    if (!has_gnuplot()) return;
    const TemporaryFolder folder;
    const auto image = autograd::full({1, 4}, autograd::Real(0.2));
    const auto drawn = [&](const std::string& name) {  // the first of two rows stands at 0.75
        tutorials::save_named_rows(folder / "rows.png", {{name, image}, {"the longer", image}},
                                   {2, 2, 1}, 10);
        return Picture(folder / "rows.png").pixels;
    };
    CHECK(drawn("50 %g") != drawn("50 0.75"));
    CHECK(drawn("50 % of") != drawn("50 "));
}

TEST_CASE("images in colour are drawn in their colours, alone, in rows and in a plot") {
    if (!has_gnuplot()) return;
    const TemporaryFolder folder;
    // Two images of 1 × 2 pixels: orange beside blue, the other way round below.
    const auto images = autograd::array({2, 6}, {1, 0.6, 0.2, 0, 0.2, 1, 0, 0.2, 1, 1, 0.6, 0.2});
    const auto first = autograd::array({1, 6}, {1, 0.6, 0.2, 0, 0.2, 1});
    const auto second = autograd::array({1, 6}, {0, 0.2, 1, 1, 0.6, 0.2});
    constexpr unsigned orange = 0xFF9933, cobalt = 0x0033FF;
    tutorials::save_image_rows(folder / "rows.png", {first, second}, {1, 2, 3}, 20);
    const Picture rows(folder / "rows.png");
    CHECK(rows.count(orange) == 800);
    CHECK(rows.count(cobalt) == 800);
    CHECK(rows.pixels[2] == 0x33);
    tutorials::save_named_rows(folder / "named.png", {{"one", first}, {"both", images}}, {1, 2, 3},
                               20);
    const Picture named(folder /
                        "named.png");  // pixels at an edge may be mixed with the white around
    CHECK(double(named.count(orange)) == doctest::Approx(1200).epsilon(0.1));
    CHECK(double(named.count(cobalt)) == doctest::Approx(1200).epsilon(0.1));

    const auto square = autograd::array({2, 2, 3}, {1, 0.6, 0.2, 0, 0, 0, 0, 0, 0, 0, 0.2, 1});
    Plot{{.x = "x", .y = "y", .x_range = {{0, 4}}, .y_range = {{0, 4}}}}
        .image(square, {1, 3}, {1, 3})
        .save(folder / "plot.png");
    const Picture plot(folder / "plot.png");
    CHECK(plot.count(orange) > 10000);
    CHECK(plot.centre(orange).x < plot.centre(cobalt).x);
    CHECK(plot.centre(orange).y < plot.centre(cobalt).y);
    for (const autograd::Shape& shape : {autograd::Shape{2, 2, 1}, {2, 2, 4}, {1, 2, 3}})
        CHECK_THROWS_AS(Plot({.x = "x", .y = "y"}).image(autograd::full(shape, 0), {0, 1}, {0, 1}),
                        Error);
}

TEST_CASE("labels stand where they belong, on top of an image, and quotes do no harm") {
    if (!has_gnuplot()) return;
    const TemporaryFolder folder;
    const auto plot = [&](const std::vector<std::string>& texts, const char* file) {
        Plot{{.x = "x", .y = "y", .x_range = {{0, 4}}, .y_range = {{0, 4}}}}
            .image(autograd::full({2, 2}, 0), {0, 4}, {0, 4})
            .labels(texts, {1, 3}, {3, 1})
            .line("", {0, 4}, {0, 0})
            .save(folder / file);
        return Picture(folder / file);
    };
    const Picture without = plot({"", ""}, "without.png");
    const Picture with = plot({"a 'single'", "a \"double\""}, "with.png");
    CHECK(with.count(0x000000) + 3000 < without.count(0x000000));  // white boxes on the black
    CHECK(with.count(blue) > 0);
    CHECK_THROWS_AS(Plot({.x = "x", .y = "y"}).labels({"one"}, {1, 2}, {1, 2}), Error);
}
