//! As driver.py.
use nitro_attest_vectors::{files, run, Config, Vector, Verdict};
use serde_json::Value;

fn planned(verdicts: &Value, v: &Vector) -> Verdict {
    let key = v.sequence.as_ref().map_or(v.id.clone(), |sequence| format!("{sequence}/{}", v.id));
    match &verdicts[&key] {
        Value::Object(values) => Verdict::AcceptWith(values.clone()),
        word => match word.as_str().unwrap() {
            "accept" => Verdict::Accept,
            "refuse" => Verdict::Refuse,
            "unsupported" => Verdict::Unsupported,
            _ => panic!("planned  crash"),
        },
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    for (name, content) in files() {
        std::fs::write(format!("{}/{}", args[1], name.replace('/', "_")), content).unwrap();
    }
    for plan in args[2..].chunks(3) {
        let verdicts: Value = serde_json::from_str(&std::fs::read_to_string(&plan[0]).unwrap()).unwrap();
        let exceptions = Some(plan[1].as_str()).filter(|path| !path.is_empty()).map(Into::into);
        let skip_tags = plan[2].split_whitespace().map(str::to_owned).collect();
        let config = Config { exceptions, skip_tags, ..Config::default() };
        println!("{}", run(&config, |v| planned(&verdicts, v)).unwrap());
    }
}
