// Judges PDFs against what they claim, and against the claims expected of them, with veraPDF.
// usage: java -cp JAR VeraPdf.java <GROUPS     (each line: sound|faulty STANDARDS FILE|FOLDER; STANDARDS: 2a,ua1 or 4 …)
// Groups are judged one after the other as their lines arrive. One line for each finding of a sound group, and one for each
// group; exit 1 if a sound group has a finding, a faulty one has none, a group has no files, or there is no group.
// A file that claims less than expected (2u for 2a: text in the private use area) is judged by its own claim and
// counted apart.

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.gf.model.GFModelParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.verapdf.pdfa.validation.validators.ValidatorFactory;
import org.w3c.dom.Element;

public final class VeraPdf {
    private static final Queue<String> FINDINGS = new ConcurrentLinkedQueue<>();
    /** What a document claims whose private use characters the expected standard does not allow. */
    private static final Map<PDFAFlavour, PDFAFlavour> LOWER = Map.of(
            PDFAFlavour.PDFA_2_A, PDFAFlavour.PDFA_2_U, PDFAFlavour.PDFA_3_A, PDFAFlavour.PDFA_3_U,
            PDFAFlavour.PDFA_4, PDFAFlavour.PDFA_2_U, PDFAFlavour.PDFA_4_F, PDFAFlavour.PDFA_3_U);
    private static final Map<PDFAFlavour, ValidationProfile> PROFILES = new HashMap<>();
    private static final AtomicInteger LOWERED = new AtomicInteger();

    public static void main(String[] arguments) throws Exception {
        java.util.logging.LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        var workers = Executors.newFixedThreadPool(Math.min(2, Runtime.getRuntime().availableProcessors()));
        int groups = 0;
        int failed = 0;
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ", 3);
            groups++;
            failed += judgeGroup(workers, words[0].equals("faulty"), words[1], Path.of(words[2])) ? 0 : 1;
        }
        System.exit(groups > 0 && failed == 0 ? 0 : 1);
    }

    /** Whether every file of a sound group is without a finding, or a faulty group has one. */
    private static boolean judgeGroup(ExecutorService workers, boolean faulty, String standards, Path place) throws Exception {
        List<PDFAFlavour> expected = Arrays.stream(standards.split(",")).map(PDFAFlavour::byFlavourId).collect(Collectors.toList());
        List<Callable<Object>> files;
        try (Stream<Path> found = Files.walk(place)) {
            files = found.filter(path -> path.toString().endsWith(".pdf")).sorted()
                    .map(path -> Executors.callable(() -> judge(path, expected))).collect(Collectors.toList());
        }
        FINDINGS.clear();
        LOWERED.set(0);
        for (var judged : workers.invokeAll(files)) {
            judged.get();
        }
        String name = place.getFileName().toString();
        if (faulty) {
            System.out.println("veraPDF " + standards + ": fault " + name + (FINDINGS.isEmpty() ? " was NOT found" : " was found"));
            return !FINDINGS.isEmpty();
        }
        FINDINGS.stream().sorted().forEach(System.out::println);
        System.out.println("veraPDF " + standards + ", " + name + ": " + files.size() + " files judged, " + LOWERED.get()
                + " by a lower level that they claim, " + FINDINGS.size() + " findings");
        return !files.isEmpty() && FINDINGS.isEmpty();
    }

    private static void judge(Path file, List<PDFAFlavour> expected) {
        try {
            List<PDFAFlavour> claimed = claims(file.toFile());
            List<PDFAFlavour> judged = expected;
            if (!claimed.containsAll(expected)) {
                boolean lowered = claimed.contains(LOWER.get(expected.get(0)));
                if (lowered) {
                    LOWERED.incrementAndGet();
                    judged = claimed;
                } else {
                    finding(file, "claims " + claimed + ", not " + expected);
                }
            }
            // A new validator for each file: it keeps what it has seen.
            List<ValidationProfile> profiles = new ArrayList<>();
            for (PDFAFlavour flavour : judged) {
                profiles.add(profile(flavour));
            }
            try (var validator = ValidatorFactory.createValidatorByProfiles(profiles, 100, false, false, false);
                    GFModelParser parser = GFModelParser.createModelWithFlavour(file.toFile(), judged.get(0))) {
                parser.setFlavours(judged);
                List<ValidationResult> results = validator.validateAll(parser);
                if (results.size() != judged.size()) {
                    finding(file, results.size() + " results for " + judged.size() + " standards");
                }
                results.forEach(result -> report(file, result));
            }
        } catch (Exception | StackOverflowError error) {
            finding(file, "not judged: " + error);
        }
    }

    /** The rules of a standard, from the profiles that veraPDF publishes; reading them by veraPDF itself takes JAXB. */
    private static synchronized ValidationProfile profile(PDFAFlavour flavour) throws Exception {
        ValidationProfile known = PROFILES.get(flavour);
        if (known == null) {
            String id = flavour.getId().toUpperCase();
            String name = id.startsWith("UA") ? "PDFUA-" + id.substring(2) : "PDFA-" + id;
            Element root;
            try (var file = ValidationProfile.class.getResourceAsStream("/org/verapdf/pdfa/validation/" + name + ".xml")) {
                root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file).getDocumentElement();
            }
            Set<Rule> rules = new LinkedHashSet<>();
            for (Element rule : all(root, "rule")) {
                rules.add(rule(rule));
            }
            Set<Variable> variables = new LinkedHashSet<>();
            for (Element variable : all(root, "variable")) {
                variables.add(Profiles.variableFromValues(variable.getAttribute("name"), variable.getAttribute("object"),
                        text(variable, "defaultValue"), text(variable, "value")));
            }
            if (!flavour.name().equals(root.getAttribute("flavour")) || rules.size() < 50) {
                throw new IOException(name + " is for " + root.getAttribute("flavour") + " and has " + rules.size() + " rules");
            }
            var details = Profiles.profileDetailsFromValues(name, "", "veraPDF Consortium", new Date(0));
            known = Profiles.profileFromValues(flavour, details, "", rules, variables);
            PROFILES.put(flavour, known);
        }
        return known;
    }

    private static Rule rule(Element rule) {
        Element id = all(rule, "id").get(0);
        var ruleId = Profiles.ruleIdFromValues(PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
                id.getAttribute("clause"), Integer.parseInt(id.getAttribute("testNumber")));
        List<ErrorArgument> arguments = new ArrayList<>();
        for (Element argument : all(rule, "argument")) {
            arguments.add(ErrorArgumentImpl.fromValues(argument.getTextContent(), argument.getAttribute("name"), null));
        }
        boolean deferred = "true".equals(rule.getAttribute("deferred"));
        return Profiles.ruleFromValues(ruleId, rule.getAttribute("object"), deferred, rule.getAttribute("tags"),
                text(rule, "description"), text(rule, "test"), Profiles.errorFromValues(text(rule, "message"), arguments), List.of());
    }

    private static List<Element> all(Element root, String name) {
        var nodes = root.getElementsByTagName(name);
        List<Element> found = new ArrayList<>();
        for (int index = 0; index < nodes.getLength(); index++) {
            found.add((Element) nodes.item(index));
        }
        return found;
    }

    private static String text(Element root, String name) {
        return all(root, name).get(0).getTextContent();
    }

    /** What the XMP of a file claims. */
    private static List<PDFAFlavour> claims(File file) throws Exception {
        try (GFModelParser parser = GFModelParser.createModelWithFlavour(file, PDFAFlavour.NO_FLAVOUR, PDFAFlavour.NO_FLAVOUR)) {
            return new ArrayList<>(parser.getFlavours());
        }
    }

    private static void report(Path file, ValidationResult result) {
        if (result.isCompliant()) {
            return;
        }
        var rules = new TreeMap<String, List<TestAssertion>>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            String rule = assertion.getRuleId().getClause() + " test " + assertion.getRuleId().getTestNumber();
            rules.computeIfAbsent(rule, key -> new ArrayList<>()).add(assertion);
        }
        rules.forEach((rule, found) -> finding(file, result.getPDFAFlavour().getId() + " " + rule + ", " + found.size() + "×: "
                + found.get(0).getMessage() + " at " + found.get(0).getLocation().getContext()));
        if (rules.isEmpty()) {
            finding(file, result.getPDFAFlavour().getId() + ": not compliant, without a reason");
        }
    }

    private static void finding(Path file, String what) {
        FINDINGS.add(file + ": veraPDF " + what.replace('\n', ' '));
    }
}
